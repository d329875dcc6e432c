// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/busfile.h"
#include "file/disk/fileidentity.h"
#include "file/disk/freshness.h"
#include "file/disk/pinnedfile.h"

#include <filebus/chunk.h>
#include <filebus/format.h>

#include <chrono>

namespace FileBus
{

/// Looks at the bus file and returns what is new there. A pure reader: it takes no lock, makes no file, and needs only read
/// permission, because whatever a reader changed in the directory would wake all others.
class BusReader
{
public:
    BusReader() = default;
    /// Without @p format, each chunk shows by itself what it is.
    explicit BusReader(const QByteArray &path, std::optional<Format> format = {});

    const BusFile &bus() const { return m_bus; }

    /// An event has announced that the bus was replaced. Then the next look opens it at once, without asking for its status.
    void expectNew() { m_expectsNew = true; }

    /// How each look asks for what is on the bus.
    void setFreshness(Freshness freshness) { m_freshness = freshness; }

    /// The chunk on the bus, if the file is another one than last time, or was written into. Nothing if it is the same, or there
    /// is none. A failure is returned once, not again until something has changed; one that isTransient changes nothing, and is
    /// returned each time.
    Result<std::optional<Chunk>> look();

    /// The file that was read last.
    std::optional<FileIdentity> file() const;

private:
    using Looked = Result<std::optional<Chunk>>;

    Looked readChanged();
    Looked decode(QByteArray bytes);
    Looked failOnce(const Failure &failure);
    bool isSame(const FileIdentity &identity) const;

    BusFile m_bus;
    std::optional<Format> m_format;
    std::optional<PinnedFile> m_pinned; ///< read last; open, so that its inode number cannot come again
    std::optional<Chunk> m_last;        ///< what was in it, without the payload of a numbered chunk
    bool m_expectsNew = false;
    Freshness m_freshness = Freshness::AsKnown;
    std::chrono::steady_clock::time_point m_settled; ///< from then on, the same identity is the same chunk
    QString m_reported;                              ///< the failure that was returned last
};

} // namespace FileBus
