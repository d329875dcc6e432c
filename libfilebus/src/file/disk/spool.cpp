// SPDX-License-Identifier: Apache-2.0
#include "file/disk/spool.h"

#include "base/directorylisting.h"
#include "file/disk/chunkfile.h"
#include "file/disk/fileidentity.h"
#include "format/chunkformat.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

namespace FileBus
{

namespace
{

constexpr int nameDigits = 20;

// 0 if it is not the name of an entry.
quint64 sequenceOf(QByteArrayView name)
{
    const bool digits =
        name.size() == nameDigits && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    const quint64 sequence = digits ? name.toULongLong() : 0;
    return sequence <= ChunkFormat::maximumSequence ? sequence : 0;
}

} // namespace

Spool::Spool(const QByteArray &directory, Freshness freshness)
    : m_directory(directory)
    , m_freshness(freshness)
{ }

QByteArray Spool::entryPath(quint64 sequence) const
{
    QByteArray path(m_directory.size() + 1 + nameDigits, Qt::Uninitialized);
    char *const name = std::copy(m_directory.begin(), m_directory.end(), path.data()) + 1;
    name[-1] = '/';
    char *digit = name + nameDigits;
    for (; sequence > 0; sequence /= 10)
        *--digit = static_cast<char>('0' + sequence % 10);
    std::fill(name, digit, '0');
    return path;
}

Result<QList<quint64>> Spool::sequences() const
{
    lookUp(m_directory, m_freshness);
    const Result<QByteArrayList> names = directoryListing(m_directory);
    return names ? Result(sequencesIn(*names)) : names.failure();
}

QList<quint64> Spool::sequencesIn(const QByteArrayList &names)
{
    QList<quint64> found;
    for (const QByteArray &name : names) {
        if (const quint64 sequence = sequenceOf(name); sequence != 0)
            found.append(sequence);
    }
    std::sort(found.begin(), found.end());
    return found;
}

SpoolUsage Spool::usage() const
{
    Spool counted(m_directory, m_freshness);
    counted.readEntries(std::numeric_limits<quint64>::max());
    return {counted.m_entries.size(), counted.m_bytes};
}

Result<std::optional<Chunk>> Spool::read(const QUuid &streamId, quint64 sequence) const
{
    Result<std::optional<Chunk>> chunk = readChunkFile(entryPath(sequence), m_freshness);
    if (!chunk && chunk.failure().isTransient)
        return chunk;
    const bool isIt = chunk && *chunk && (*chunk)->streamId() == streamId && (*chunk)->sequence() == sequence;
    return isIt ? *chunk : std::nullopt;
}

bool Spool::holds(quint64 sequence, const struct stat &file) const
{
    return isFileAt(entryPath(sequence), file, m_freshness);
}

Result<Spool::Addition> Spool::add(quint64 sequence, const QByteArray &file, const struct stat *status)
{
    const QByteArray path = entryPath(sequence);
    if (::link(file.constData(), path.constData()) == 0) {
        m_added = status ? Entry{sequence, status->st_size, status->st_ino} : Entry();
        return Added;
    }
    if (errno == EEXIST)
        return Taken;
    return Failure::fromErrno(
        errno, QCoreApplication::translate("FileBus::Spool", "cannot create the link %1").arg(shownPath(path)), path);
}

QList<ino_t> Spool::trim(quint64 newest, const HistoryBounds &bounds)
{
    const bool mayGuess = m_newest && newest >= *m_newest && newest - *m_newest <= mostGuessedNames;
    if (!mayGuess && !readEntries(newest))
        return {}; // the next call may succeed
    if (mayGuess)
        for (quint64 sequence = *m_newest + 1; sequence <= newest; ++sequence)
            noteEntry(sequence);
    m_newest = newest;
    QList<ino_t> dropped;
    while (!m_entries.empty() && (m_entries.size() > bounds.chunks || m_bytes > bounds.bytes))
        dropped.append(dropOldest());
    return dropped;
}

QList<ino_t> Spool::makeRoom(qint64 bytes)
{
    if (!readEntries(std::numeric_limits<quint64>::max()))
        return {};
    m_newest = m_entries.empty() ? std::nullopt : std::optional(m_entries.back().sequence);
    QList<ino_t> dropped;
    for (qint64 freed = 0; m_entries.size() > 1 && freed < bytes;) {
        struct stat status;
        const bool isLastName = ::lstat(entryPath(m_entries.front().sequence).constData(), &status) == 0 && status.st_nlink == 1;
        freed += isLastName ? m_entries.front().size : 0;
        dropped.append(dropOldest());
    }
    return dropped;
}

bool Spool::readEntries(quint64 newest)
{
    m_newest.reset();
    m_entries.clear();
    m_bytes = 0;
    const Result<QList<quint64>> entries = sequences();
    if (!entries)
        return false;
    for (const quint64 sequence : *entries) {
        if (sequence <= newest)
            noteEntry(sequence);
    }
    return true;
}

void Spool::noteEntry(quint64 sequence)
{
    struct stat status;
    const bool isOurs = sequence == m_added.sequence;
    if (!isOurs)
        lookUp(entryPath(sequence), m_freshness);
    if (isOurs)
        m_entries.push_back(m_added);
    else if (::lstat(entryPath(sequence).constData(), &status) == 0)
        m_entries.push_back({sequence, status.st_size, status.st_ino});
    else
        return;
    m_bytes += m_entries.back().size;
}

ino_t Spool::dropOldest()
{
    const Entry oldest = m_entries.front();
    m_entries.pop_front();
    m_bytes -= oldest.size;
    ::unlink(entryPath(oldest.sequence).constData());
    return oldest.inode;
}

void Spool::clear()
{
    const QList<quint64> entries = sequences().valueOr({}); // the rest harms nobody: it belongs to another stream
    for (const quint64 sequence : entries)
        ::unlink(entryPath(sequence).constData());
    *this = Spool(m_directory, m_freshness);
}

} // namespace FileBus
