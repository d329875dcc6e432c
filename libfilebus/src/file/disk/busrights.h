// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/filerights.h"
#include "file/disk/staging.h"

#include <optional>
#include <utility>

namespace FileBus
{

/// The rights that the owner of the bus has given it. They are looked at for each chunk, and remembered while the bus is gone for
/// a moment. To be used under the lock of the bus.
class BusRights
{
public:
    /// @p path: of the bus.
    explicit BusRights(const QByteArray &path);

    /// Looks at the bus, which exists and has that @p status. @p fd: the bus if it is open, else -1.
    Outcome look(const struct stat &status, int fd = -1);

    /// Nothing until a bus was seen.
    const std::optional<FileRights> &known() const { return m_known; }

    /// The mode for a new file that will take the place of the bus: only its owner can open it until it has the rights of the
    /// bus. Nothing if no bus is known: then the umask decides.
    std::optional<mode_t> stagingMode() const;

    /// True once after the access was seen for the first time, or has changed.
    bool takeChange() { return std::exchange(m_changed, false); }

    /// Gives the rights to a file that will take the place of the bus, if a bus is known.
    Outcome giveTo(StagedFile &file) const;

private:
    QByteArray m_path;
    std::optional<FileRights> m_known;
    bool m_changed = false;
};

} // namespace FileBus
