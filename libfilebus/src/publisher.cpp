// SPDX-License-Identifier: Apache-2.0
#include "publisher.h"

#include "chunkformat.h"
#include "logging.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace FileBus
{

namespace
{

struct PublisherText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Publisher)
};

constexpr int mostTakenNumbers = 1000; // more than producers can have been killed, one after the other, while they published

qint64 now()
{
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool isSameFile(const struct stat &left, const struct stat &right)
{
    return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

bool writeAt(int fd, const QByteArray &bytes, off_t offset)
{
    qsizetype written = 0;
    while (written < bytes.size()) {
        const ssize_t count =
            ::pwrite(fd, bytes.constData() + written, static_cast<size_t>(bytes.size() - written), offset + written);
        if (count < 0 && errno != EINTR)
            return false;
        written += std::max<ssize_t>(count, 0);
    }
    return true;
}

} // namespace

Publisher::Publisher(const QByteArray &path, const ProducerInfo &producer)
    : m_bus(path)
    , m_lock(m_bus.lockPath())
    , m_history(m_bus.historyDirectory())
    , m_numbering(m_bus)
    , m_producer(producer)
{ }

Outcome Publisher::open()
{
    if (const Outcome replaceable = m_bus.checkReplaceable(); !replaceable)
        return replaceable;
    if (const Outcome lockable = m_lock.check(); !lockable)
        return lockable;
    Result<AccessRules> rules = m_bus.accessRules();
    if (!rules)
        return rules.failure();
    m_rules = *rules;
    auto staging = Staging::open(m_bus, *m_rules, m_producer.id);
    if (!staging)
        return staging.failure();
    m_staging = std::move(*staging);
    return m_lock.open(*m_rules);
}

Result<StagedFile> Publisher::takeStagingFile()
{
    if (m_staging) {
        Result<StagedFile> file = m_staging->take(m_busMode);
        if (file || file.failure().error != Error::DirectoryMissing)
            return file;
        m_staging.reset(); // somebody removed X.d: make it again
    }
    if (const Outcome opened = open(); !opened)
        return opened.failure();
    return m_staging->take(m_busMode);
}

Outcome Publisher::stage(const QByteArray &payload)
{
    if (m_staged)
        ::unlink(m_staged->file.path.constData());
    m_staged.reset();
    Result<StagedFile> file = takeStagingFile();
    if (!file)
        return file.failure();
    Chunk chunk(payload);
    chunk.setStreamId(m_numbering.streamId());
    chunk.setSequence(m_numbering.next()); // most likely; settled under the lock
    chunk.setTime(now());
    chunk.setProducer(m_producer);
    if (!writeAt(file->fd.get(), ChunkFormat::encode(chunk), 0)) {
        const Failure failure = Failure::fromErrno(errno, PublisherText::tr("write a chunk to"), file->path);
        ::unlink(file->path.constData());
        return failure;
    }
    m_staged = Staged{std::move(*file), chunk};
    return done();
}

Result<std::optional<quint64>> Publisher::commit()
{
    const Result<bool> locked = m_lock.tryLock(*m_rules);
    if (locked && !*locked)
        return std::optional<quint64>();
    const Outcome outcome = locked ? publishStaged() : Outcome(locked.failure());
    if (locked)
        m_lock.unlock();
    ::unlink(m_staged->file.path.constData()); // what was swapped out, or what could not be published
    const quint64 sequence = m_staged->chunk.sequence();
    if (outcome)
        m_published = std::move(m_staged->file);
    m_staged.reset();
    if (!outcome)
        return outcome.failure();
    m_staging->makeAhead(m_leftInodes, m_busMode);
    return std::optional<quint64>(sequence);
}

// Under the lock.
Outcome Publisher::publishStaged()
{
    m_historyMade = false;
    if (!std::exchange(m_abandonedRemoved, true))
        m_staging->removeAbandoned();
    const auto status = m_bus.status();
    if (!status)
        return status.failure();
    m_leftInodes = *status ? QList{(*status)->st_ino} : QList<ino_t>();
    if (const Outcome settled = settleNumber(*status); !settled)
        return settled;
    if (const Outcome adopted = adoptMode(*status); !adopted)
        return adopted;
    if (const Outcome linked = linkIntoHistory(); !linked)
        return linked;
    const quint64 sequence = m_staged->chunk.sequence();
    if (const Result<bool> replaced = m_bus.replaceBy(m_staged->file.path); !replaced) {
        ::unlink(m_history.entryPath(sequence).constData());
        return replaced.failure();
    }
    m_numbering.advanceTo(sequence);
    m_leftInodes += m_history.trim(sequence, m_historyBounds);
    return done();
}

Outcome Publisher::settleNumber(const std::optional<struct stat> &bus)
{
    const bool nobodyPublished = bus && m_published && isSameFile(*bus, m_published->status);
    if (!nobodyPublished)
        resumeNumbering(bus.has_value());
    const Chunk &chunk = m_staged->chunk;
    if (chunk.streamId() == m_numbering.streamId() && chunk.sequence() == m_numbering.next())
        return done();
    m_staged->chunk.setStreamId(m_numbering.streamId());
    m_staged->chunk.setSequence(m_numbering.next());
    return writeNumber();
}

void Publisher::resumeNumbering(bool busExists)
{
    const Numbering::Resumed resumed = m_numbering.resume(busExists, m_history);
    if (resumed == Numbering::SameStream)
        return;
    if (resumed == Numbering::StaleHistory)
        m_history.clear();
    m_history = Spool(m_bus.historyDirectory()); // which knows nothing of the other stream
}

// In place, in a file that nobody else knows of yet.
Outcome Publisher::writeNumber()
{
    const off_t offset = ChunkFormat::metadataOffset(m_staged->chunk.payload().size());
    if (writeAt(m_staged->file.fd.get(), ChunkFormat::encodeMetadata(m_staged->chunk), offset))
        return done();
    return Failure::fromErrno(errno, PublisherText::tr("write a chunk to"), m_staged->file.path);
}

// Whoever owns the bus may have restricted it: a new chunk is never more open than the one it replaces, nor less.
Outcome Publisher::adoptMode(const std::optional<struct stat> &bus)
{
    const struct stat &staged = m_staged->file.status;
    const int fd = m_staged->file.fd.get();
    if (!bus) {
        m_busMode = std::nullopt;
        return done();
    }
    m_busMode = bus->st_mode & 0777;
    if (bus->st_gid != staged.st_gid && ::fchown(fd, static_cast<uid_t>(-1), bus->st_gid) != 0)
        qCInfo(logProducer) << "the group of the bus cannot be kept:" << std::strerror(errno);
    if ((staged.st_mode & 07777) != *m_busMode && ::fchmod(fd, *m_busMode) != 0)
        return Failure::fromErrno(errno, PublisherText::tr("set the mode of"), m_staged->file.path);
    return done();
}

// A number that is taken in our stream was given by a producer that was killed before it reached the bus. That chunk is
// published: consumers find it in the history. We go on after it.
Outcome Publisher::linkIntoHistory()
{
    Chunk &chunk = m_staged->chunk;
    for (int attempt = 0; m_historyWorks && m_historyBounds.chunks > 0 && attempt < mostTakenNumbers; ++attempt) {
        const Result<bool> added = m_history.add(chunk.sequence(), m_staged->file.path);
        if (added && *added)
            return done();
        if (!added) {
            if (const Outcome gone = goWithoutHistory(added.failure()); !gone)
                return gone;
            continue;
        }
        if (!m_history.read(chunk.streamId(), chunk.sequence())) {
            ::unlink(m_history.entryPath(chunk.sequence()).constData());
            continue;
        }
        chunk.setSequence(chunk.sequence() + 1);
        if (const Outcome written = writeNumber(); !written)
            return written;
    }
    return done();
}

// There are file systems without hard links. But a full disk, or a directory that was removed and cannot be made again, is no
// reason to go on without.
Outcome Publisher::goWithoutHistory(const Failure &why)
{
    const bool removed = why.error == Error::DirectoryMissing;
    if (removed && !std::exchange(m_historyMade, true))
        return m_bus.makeSideDirectories(*m_rules);
    if (removed || why.error == Error::DiskFull)
        return why;
    m_historyWorks = false;
    qCInfo(logProducer).noquote() << "the bus goes without history:" << why.text;
    return done();
}

} // namespace FileBus
