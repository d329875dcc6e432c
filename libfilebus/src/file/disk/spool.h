// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/publishsettings.h"
#include "file/disk/freshness.h"

#include <filebus/chunk.h>

#include <QtCore/QByteArrayList>
#include <QtCore/QList>

#include <deque>
#include <optional>
#include <sys/stat.h>

namespace FileBus
{

/// How much a spool holds.
struct SpoolUsage {
    quint64 chunks = 0;
    qint64 bytes = 0;
};

/// A directory of chunks, each under its sequence number as 20 decimal digits. The entries are hard links to what was
/// published: nothing is copied, and an inode number in use here cannot be given to a new chunk.
class Spool
{
public:
    Spool() = default;
    explicit Spool(const QByteArray &directory, Freshness freshness = Freshness::AsKnown);

    void setFreshness(Freshness freshness) { m_freshness = freshness; }
    Freshness freshness() const { return m_freshness; }

    QByteArray entryPath(quint64 sequence) const;

    /// The sequence numbers of the entries, ascending. Fails if the directory cannot be read.
    Result<QList<quint64>> sequences() const;
    /// The same from the names in a directory that was read already.
    static QList<quint64> sequencesIn(const QByteArrayList &names);

    SpoolUsage usage() const;

    /// The entry of that number, if it exists and belongs to that stream. Fails if it cannot be read at the moment; an entry that
    /// can never be read counts as missing.
    Result<std::optional<Chunk>> read(const QUuid &streamId, quint64 sequence) const;

    /// Whether the entry of that number is the file that has the status @p file.
    bool holds(quint64 sequence, const struct stat &file) const;

    /// From so many numbers on, reading a spool's directory is cheaper than trying their names.
    static constexpr quint64 mostGuessedNames = 1024;

    /// What came of an addition: the entry was added, or its number was taken and nothing has changed.
    enum Addition { Added, Taken };

    /// Links @p file in. With its @p status, trim() need not look at it.
    Result<Addition> add(quint64 sequence, const QByteArray &file, const struct stat *status = nullptr);

    /// Removes the oldest entries until the rest, up to @p newest, is within the bounds. Returns the inodes of what it removed.
    /// Reads the directory only the first time. After that it costs a few system calls for each chunk that anybody has published
    /// since, however many are kept.
    QList<ino_t> trim(quint64 newest, const HistoryBounds &bounds);

    /// Removes the oldest entries, never the newest, until it has freed that many bytes, or nothing is left to remove. Returns
    /// the inodes of what it removed. Reads the directory.
    QList<ino_t> makeRoom(qint64 bytes);

    /// Removes all entries.
    void clear();

private:
    struct Entry {
        quint64 sequence;
        qint64 size;
        ino_t inode;
    };

    bool readEntries(quint64 newest);
    void noteEntry(quint64 sequence);
    ino_t dropOldest();

    QByteArray m_directory;
    Freshness m_freshness = Freshness::AsKnown;
    std::optional<quint64> m_newest; ///< the entries up to this one are noted
    Entry m_added = {};              ///< last
    std::deque<Entry> m_entries;     ///< ascending; others may have removed some of them
    qint64 m_bytes = 0;              ///< of all m_entries
};

} // namespace FileBus
