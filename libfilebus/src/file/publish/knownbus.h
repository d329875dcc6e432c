// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/busfile.h"
#include "file/disk/busrights.h"
#include "file/disk/staging.h"
#include "file/publish/stagedchunk.h"

#include <optional>
#include <sys/stat.h>
#include <utility>

namespace FileBus
{

/// The file at the path of the bus, as a producer knows it: whether it is the one that the producer published last, and the
/// rights that its owner has given it. To be used under the lock of the bus.
class KnownBus
{
public:
    using Status = std::optional<struct stat>; ///< nothing if there is no bus

    explicit KnownBus(const BusFile &bus);

    const BusRights &rights() const { return m_rights; }

    /// Whether nobody has published since setPublished(): that file is open, so its inode number cannot have been given to
    /// another.
    bool isOurs(const Status &bus) const;

    /// Looks at its rights.
    Outcome look(const Status &bus);
    enum Change { Unchanged, AccessChanged };
    /// The same, and has the past, and a staged chunk that others can open already, follow them.
    Result<Change> follow(const Status &bus, StagedChunk &chunk, Staging &staging);

    /// Takes the rights of the bus from that chunk, if it is the first one.
    void takeRightsOf(const StagedFile &file);
    void setPublished(StagedFile file) { m_published = std::move(file); }
    /// Lets go of what was published.
    void release() { m_published.reset(); }

private:
    BusFile m_bus;
    BusRights m_rights;
    std::optional<StagedFile> m_published;
};

} // namespace FileBus
