// SPDX-License-Identifier: Apache-2.0
#include "file/publish/rollforward.h"

#include "file/disk/chunkfile.h"
#include "file/disk/freshness.h"
#include "file/disk/spool.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct ForwardText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::RollForward)
};

constexpr int mostTakenNumbers = 1000; // more than producers can have been killed, one after the other, while they published

} // namespace

RollForward::RollForward(const BusFile &bus, BusLock &lock, Numbering &numbering, History &history, Subscribers &subscribers)
    : m_bus(bus)
    , m_lock(lock)
    , m_numbering(numbering)
    , m_history(history)
    , m_subscribers(subscribers)
{ }

Outcome RollForward::resume(bool busExists)
{
    const Result<Numbering::Resumed> resumed = m_numbering.resume(busExists, m_history.spool(), m_subscribers.spools());
    if (!resumed)
        return resumed.failure();
    if (const Outcome completed = completeUnshown(); !completed)
        return completed;
    if (*resumed == Numbering::StaleHistory)
        m_history.clear();
    if (*resumed != Numbering::SameStream)
        m_history.forget();
    return done();
}

// There may be any number of numbers between the two, but only so many entries.
Outcome RollForward::completeUnshown()
{
    const auto [first, end] = m_numbering.unshown();
    if (first == end || m_subscribers.isEmpty())
        return done();
    const Result<QList<quint64>> sequences = m_history.spool().sequences();
    if (!sequences)
        return sequences.failure();
    for (const quint64 sequence : *sequences) {
        const Outcome completed = sequence >= first && sequence < end ? complete(sequence) : done();
        if (!completed)
            return completed;
    }
    return done();
}

// Consumers that have seen the chunk drop it.
Outcome RollForward::complete(quint64 sequence)
{
    if (m_subscribers.isEmpty())
        return done();
    const QByteArray entry = m_history.entryPath(sequence);
    lookUp(entry, m_history.spool().freshness());
    if (::access(entry.constData(), F_OK) != 0) {
        const int number = errno;
        if (Failure::isTransientErrno(number))
            return Failure::fromErrno(number, ForwardText::tr("cannot access %1").arg(shownPath(entry)), entry);
        return done();
    }
    return m_subscribers.deliver(sequence, entry).outcome;
}

// Programs that remove old files may have removed the bus and left its history (CleanerGuard). If this fails, the next chunk
// takes the place of the bus.
void RollForward::restoreBus(const AccessRules &rules)
{
    const auto bus = m_bus.status(m_history.spool().freshness());
    const auto kept = bus && !*bus ? m_history.spool().sequences() : QList<quint64>();
    if (!kept || kept->isEmpty())
        return;
    const auto lock = m_lock.tryLock(rules);
    if (!lock || !*lock)
        return;
    if (!m_subscribers.refresh() || !resume(false) || m_numbering.next() <= 1)
        return;
    const QByteArray newest = m_history.entryPath(m_numbering.next() - 1);
    [[maybe_unused]] const int ignored = ::link(newest.constData(), m_bus.path().constData());
}

bool RollForward::isTaken(quint64 sequence) const
{
    return mayBeThere(m_history.entryPath(sequence), m_history.spool().freshness());
}

Outcome RollForward::passTaken(StagedChunk &chunk)
{
    const bool hasInboxes = !m_subscribers.isEmpty();
    for (int attempt = 0; hasInboxes && attempt < mostTakenNumbers && isTaken(chunk.sequence()); ++attempt) {
        if (const Outcome passed = passOne(chunk); !passed)
            return passed;
    }
    return done();
}

Outcome RollForward::link(StagedChunk &chunk)
{
    for (int attempt = 0; attempt < mostTakenNumbers; ++attempt) {
        const Result<History::Link> linked = m_history.link(chunk.sequence(), chunk.file(), !m_subscribers.isEmpty());
        if (!linked)
            return linked.failure();
        if (*linked != History::Taken)
            return done();
        if (const Outcome passed = passOne(chunk); !passed)
            return passed;
    }
    return Failure{Error::SystemError,
                   ForwardText::tr("%1 is full of chunks that no producer published; remove it while nobody produces")
                       .arg(shownPath(m_bus.historyDirectory()))};
}

Outcome RollForward::passOne(StagedChunk &chunk)
{
    if (isOvertakenBy(m_bus.path(), chunk)) {
        if (const Outcome locked = checkLock(); !locked)
            return locked;
    }
    if (const Outcome passed = pass(chunk.chunk().streamId(), chunk.sequence()); !passed)
        return passed;
    return chunk.renumber(m_numbering.streamId(), m_numbering.next());
}

// What is no chunk of this stream is removed instead.
Outcome RollForward::pass(const QUuid &streamId, quint64 sequence)
{
    const Result<std::optional<Chunk>> taken = m_history.spool().read(streamId, sequence);
    if (!taken)
        return taken.failure();
    if (!*taken) {
        m_history.unlink(sequence);
        return done();
    }
    if (const Outcome completed = complete(sequence); !completed)
        return completed;
    m_numbering.advanceTo(sequence);
    if (!m_numbering.hasNext()) {
        m_numbering.beginStream();
        m_history.clear();
    }
    return done();
}

bool RollForward::isOvertakenBy(const QByteArray &path, const StagedChunk &chunk) const
{
    const Result<std::optional<Chunk>> other = readChunkFile(path, m_history.spool().freshness());
    return other && *other && (*other)->streamId() == chunk.chunk().streamId() && (*other)->sequence() >= chunk.sequence();
}

Outcome RollForward::checkLock()
{
    if (!m_lock.excludesNobody())
        return done();
    return Failure{
        Error::NoLocks,
        ForwardText::tr("locks do not work on the file system of %1: another producer published while this one held the lock; "
                        "publish from one host only, or mount it with locks")
            .arg(shownPath(m_bus.path()))};
}

} // namespace FileBus
