// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "failure.h"

#include <filebus/chunk.h>

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <optional>

namespace FileBus
{

/// A directory of chunks, each under its sequence number as 20 decimal digits. The entries are hard links to what was
/// published: nothing is copied, and an inode number in use here cannot be given to a new chunk.
class Spool
{
public:
    Spool() = default;
    explicit Spool(const QByteArray &directory);

    QByteArray entryPath(quint64 sequence) const;

    /// Sequence numbers of the entries, ascending; reads the directory.
    QList<quint64> sequences() const;

    /// The lowest number of an entry above @p sequence; reads the directory.
    std::optional<quint64> firstAfter(quint64 sequence) const;

    /// The entry of that number, if it is there and is of that stream.
    std::optional<Chunk> read(const QUuid &streamId, quint64 sequence) const;

    /// Links @p file in. False, without harm, if that number is taken.
    Result<bool> add(quint64 sequence, const QByteArray &file);

    /// Removes what is older than the @p depth newest entries up to @p newest. Reads the directory only the first time;
    /// after that it costs one unlink(2) for each chunk published since, by whomever.
    void trim(quint64 newest, quint64 depth);

    /// Removes all entries.
    void clear();

private:
    QByteArray m_directory;
    std::optional<quint64> m_oldest; ///< no entry has a lower number
};

} // namespace FileBus
