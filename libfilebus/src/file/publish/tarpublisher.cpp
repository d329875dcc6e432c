// SPDX-License-Identifier: Apache-2.0
#include "file/publish/tarpublisher.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/fullwrite.h"
#include "base/logging.h"
#include "file/disk/chunkcopy.h"
#include "file/disk/chunkfile.h"
#include "file/disk/freshness.h"
#include "file/publish/obstacle.h"
#include "file/publish/past.h"
#include "file/watch/directoryalarm.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace FileBus
{

namespace
{

struct PublisherText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::TarPublisher)
};

constexpr mode_t anybodyElse = 0077;
constexpr int mostTakenNumbers = 1000; // more than producers can have been killed, one after the other, while they published

bool isSameFile(const struct stat &left, const struct stat &right)
{
    return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

struct iovec part(QByteArrayView bytes)
{
    return {const_cast<char *>(bytes.data()), static_cast<size_t>(bytes.size())}; // which is only read
}

// The payload is not copied. What pwritev(2) does not take at once, because a signal came or the disk is full, comes piece by
// piece.
bool writeChunk(int fd, const QByteArray &payload, const ChunkFrame &frame)
{
    const struct iovec parts[] = {part(frame.head()), part(payload), part(frame.tail())};
    const qsizetype size = frame.head().size() + payload.size() + frame.tail().size();
    if (::pwritev(fd, parts, std::size(parts), 0) == size)
        return true;
    return writeAt(fd, frame.around(payload), 0);
}

} // namespace

TarPublisher::TarPublisher(const QByteArray &path, const ProducerInfo &producer)
    : Publisher(path)
    , m_rights(m_bus.path())
    , m_history(m_bus.historyDirectory())
    , m_subscribers(m_bus.inboxesDirectory())
    , m_readership(m_bus.path())
    , m_numbering(m_bus)
    , m_producer(producer)
{
    findFreshness();
}

void TarPublisher::configure(const PublishSettings &settings)
{
    m_historyBounds = settings.history;
    m_window = settings.window;
    m_lossless = settings.lossless;
    if (m_lastSequence == 0)
        m_awaitedConsumers = m_lossless ? settings.awaitedConsumers : 0;
}

void TarPublisher::findFreshness()
{
    m_freshness = freshnessIn(m_bus.directory());
    m_history.setFreshness(m_freshness);
    m_subscribers.setFreshness(m_freshness);
}

Outcome TarPublisher::open()
{
    findFreshness();
    if (const Outcome usable = checkBus(); !usable)
        return usable;
    if (const auto bus = m_bus.status(m_freshness); bus) {
        if (const Outcome looked = lookAtRights(*bus); !looked)
            return looked;
    }
    if (m_lossless) {
        if (const Outcome made = m_bus.makeInboxesDirectory(*m_rules); !made)
            return made;
        const Outcome refreshed = m_subscribers.refresh();
        if (const Outcome read = refreshed ? letSubscribersRead() : refreshed; !read)
            return read;
    }
    auto staging = Staging::open(m_bus, *m_rules, m_producer.id);
    if (!staging)
        return staging.failure();
    m_staging = std::move(*staging);
    m_subscribers.setScratchPath(m_staging->scratchPath());
    if (const Outcome opened = m_lock.open(*m_rules); !opened)
        return opened;
    restoreBus();
    return done();
}

// What cleans directories by age may have removed the bus and left its history (CleanerGuard). Then the newest chunk is there
// again before another one is published; if that cannot be, the next one will be.
void TarPublisher::restoreBus()
{
    const auto bus = m_bus.status(m_freshness);
    if (!bus || *bus)
        return;
    const auto kept = m_history.sequences();
    if (!kept || kept->isEmpty())
        return;
    const auto lock = m_lock.tryLock(*m_rules);
    if (!lock || !*lock)
        return;
    if (m_subscribers.refresh() && resumeNumbering(false) && m_numbering.next() > 1) {
        const QByteArray newest = m_history.entryPath(m_numbering.next() - 1);
        [[maybe_unused]] const int ignored = ::link(newest.constData(), m_bus.path().constData());
    }
}

Result<StagedFile> TarPublisher::takeStagingFile()
{
    if (m_staging) {
        Result<StagedFile> file = m_staging->take(m_rights.stagingMode());
        if (file || file.failure().error != Error::DirectoryMissing)
            return file;
        m_staging.reset(); // somebody removed X.d: make it again
    }
    if (const Outcome opened = open(); !opened)
        return opened.failure();
    return m_staging->take(m_rights.stagingMode());
}

Outcome TarPublisher::stage(const QByteArray &payload)
{
    discard();
    m_neededBytes = payload.size() + 1;
    Result<StagedFile> file = takeStagingFile();
    if (!file)
        return file.failure();
    Chunk chunk(payload);
    chunk.setStreamId(m_numbering.streamId());
    chunk.setSequence(m_numbering.next()); // most likely; settled under the lock
    chunk.setTime(wallClock());
    chunk.setProducer(m_producer);
    m_frame.describe(chunk);
    if (!writeChunk(file->fd.get(), payload, m_frame)) {
        const Failure failure = Failure::fromErrno(errno, PublisherText::tr("write a chunk to"), file->path);
        ::unlink(file->path.constData());
        return failure;
    }
    file->status.st_size = m_frame.head().size() + payload.size() + m_frame.tail().size();
    m_staged = Staged{std::move(*file), chunk};
    return done();
}

Result<Obstacle> TarPublisher::commit()
{
    const Result<Obstacle> committed = publishUnderLock();
    if (!committed && !m_partlyDelivered) {
        discard();
        if (committed.failure().error == Error::DirectoryMissing)
            m_staging.reset(); // somebody removed X.d: make it again
    }
    if (!committed || committed->kind != Obstacle::None)
        return committed;
    m_lastSequence = m_staged->chunk.sequence();
    clearUp(m_staged->file.path);
    m_published = std::move(m_staged->file);
    m_staged.reset();
    return Obstacle();
}

Result<Obstacle> TarPublisher::publishUnderLock()
{
    const auto lock = m_lock.tryLock(*m_rules);
    if (!lock)
        return lock.failure();
    return *lock ? publishStaged() : Obstacle{Obstacle::Locked};
}

// While nobody waits: the lock is free, and consumers are about to wake up.
void TarPublisher::clearUp(const QByteArray &staged)
{
    struct stat bus;
    if (!m_rights.known() && ::fstat(m_staged->file.fd.get(), &bus) == 0) // which we began
        [[maybe_unused]]
        const Outcome looked = m_rights.look(bus, m_staged->file.fd.get());
    if (m_leavesFile && m_leftTakesSpace)
        ::unlink(staged.constData());
    else if (m_leavesFile)
        m_staging->removeLater(staged, m_replacedInode);
    m_staging->makeAhead(m_rights.stagingMode());
}

// Nothing else frees space: what lossless consumers have not taken stays in their inboxes, whatever leaves the history.
Result<Obstacle> TarPublisher::makeRoom()
{
    if (!m_rules)
        return Publisher::makeRoom();
    auto lock = m_lock.tryLock(*m_rules);
    if (!lock)
        return lock.failure();
    if (!*lock)
        return Obstacle{Obstacle::Locked};
    const bool anyLeft = m_staging && m_staging->removeLeft();
    const QList<ino_t> dropped = m_history.makeRoom(m_neededBytes);
    lock->reset();
    if (dropped.isEmpty() && !anyLeft)
        return Publisher::makeRoom(); // which finds nothing
    qCInfo(logProducer).noquote() << "the disk is full: removed" << dropped.size() << "of the oldest chunks from"
                                  << shownPath(m_bus.historyDirectory());
    for (const ino_t inode : dropped) {
        if (m_staging)
            m_staging->sawLeave(inode);
    }
    return Obstacle();
}

void TarPublisher::discard()
{
    if (m_staged)
        ::unlink(m_staged->file.path.constData());
    m_staged.reset();
    m_partlyDelivered = false;
}

// Under the lock.
Result<Obstacle> TarPublisher::publishStaged()
{
    m_historyMade = false;
    const auto status = m_bus.status(m_freshness);
    if (!status)
        return status.failure();
    const bool isReplaced = !isFileAt(m_staged->file.path, m_staged->file.status, m_freshness)
        || (!isPublishedByUs(*status) && !m_staging->isAnnounced(m_freshness));
    if (isReplaced && !m_partlyDelivered) // by a backup that was restored
        return Failure::fromErrno(ENOENT, PublisherText::tr("publish from"), m_staged->file.path);
    m_leavesFile = true;
    m_leftTakesSpace = *status && ((*status)->st_nlink == 1 || (*status)->st_size > Staging::largestLeft);
    m_replacedInode = *status ? (*status)->st_ino : 0;
    if (*status)
        m_staging->sawLeave(m_replacedInode);
    if (const Outcome refreshed = m_subscribers.refresh(); !refreshed)
        return refreshed.failure();
    if (const Outcome followed = followRights(*status); !followed)
        return followed.failure();
    if (m_partlyDelivered)
        return completeStaged(status->has_value());
    if (const Outcome settled = settleNumber(*status); !settled)
        return settled.failure();
    if (!std::exchange(m_abandonedRemoved, true))
        removeAbandoned();
    if (const Outcome readable = letSubscribersRead(); !readable)
        return readable.failure();
    if (const Result<Obstacle> missing = whatIsMissing(); !missing || missing->kind != Obstacle::None)
        return missing;
    if (const Outcome given = m_rights.giveTo(m_staged->file);
        !given) // never more open than the chunk that it replaces, nor less
        return given.failure();
    if (const Outcome linked = linkIntoHistory(); !linked)
        return linked.failure();
    return deliverAndReplace();
}

// What dead producers and consumers left.
void TarPublisher::removeAbandoned()
{
    m_staging->removeAbandoned();
    m_subscribers.dropDead();
}

// A commit that failed half way gave the chunk its number. If others have published meanwhile, they have completed it.
Result<Obstacle> TarPublisher::completeStaged(bool busExists)
{
    if (const Outcome resumed = resumeNumbering(busExists); !resumed)
        return resumed.failure();
    if (m_numbering.next() == m_staged->chunk.sequence())
        return deliverAndReplace();
    m_partlyDelivered = false;
    return Obstacle();
}

Result<Obstacle> TarPublisher::deliverAndReplace()
{
    if (const Outcome delivered = deliver(); !delivered)
        return delivered.failure();
    const quint64 sequence = m_staged->chunk.sequence();
    const Result<BusFile::Replacement> replaced = m_bus.replaceBy(m_staged->file.path);
    if (!replaced || *replaced == BusFile::InUse) {
        if (!m_partlyDelivered)
            ::unlink(m_history.entryPath(sequence).constData());
        return replaced ? Obstacle{Obstacle::InUse} : Result<Obstacle>(replaced.failure());
    }
    m_leavesFile = *replaced == BusFile::Exchanged;
    m_partlyDelivered = false;
    if (m_freshness == Freshness::AskAnew && m_leavesFile && isOvertakenBy(m_staged->file.path)) {
        [[maybe_unused]] const auto back = m_bus.replaceBy(m_staged->file.path); // the newer one
        if (m_lock.excludesNobody())
            return overtaken();
    }
    m_awaitedConsumers = 0;
    m_numbering.advanceTo(sequence);
    const QList<ino_t> dropped = m_history.trim(sequence, m_historyBounds);
    m_leftTakesSpace = m_leftTakesSpace || dropped.contains(m_replacedInode);
    for (const ino_t inode : dropped)
        m_staging->sawLeave(inode);
    return Obstacle();
}

// Those who are gone do not count; looking for them is slow, so only if somebody is in the way.
Result<Obstacle> TarPublisher::whatIsMissing()
{
    const quint64 sequence = m_staged->chunk.sequence();
    Result<QByteArrayList> full = m_subscribers.withoutRoomFor(sequence, m_window);
    if (full && !full->isEmpty() && m_subscribers.dropDead())
        full = m_subscribers.withoutRoomFor(sequence, m_window);
    if (!full)
        return full.failure();
    m_full = *full;
    if (!m_full.isEmpty() && m_lossless)
        return Obstacle{Obstacle::NoRoom, m_full};
    if (m_awaitedConsumers == 0 || static_cast<quint64>(m_subscribers.count()) >= m_awaitedConsumers)
        return Obstacle();
    m_subscribers.dropDead();
    return Obstacle{Obstacle::TooFewConsumers};
}

Outcome TarPublisher::deliver()
{
    const Chunk &chunk = m_staged->chunk;
    const QByteArrayList leftOut = m_lossless ? QByteArrayList() : m_full + m_unreadable;
    const Subscribers::Delivery delivery = m_subscribers.deliver(chunk.sequence(), m_staged->file.path, leftOut);
    m_partlyDelivered = m_partlyDelivered || delivery.inboxes > 0;
    if (!delivery.outcome && !m_partlyDelivered)
        ::unlink(m_history.entryPath(chunk.sequence()).constData());
    return delivery.outcome;
}

// A chunk in the history that a producer, which was killed, may not have put into all inboxes. Who has seen it drops it.
Outcome TarPublisher::complete(quint64 sequence)
{
    if (m_subscribers.isEmpty())
        return done();
    const QByteArray entry = m_history.entryPath(sequence);
    lookUp(entry, m_freshness);
    if (::access(entry.constData(), F_OK) != 0)
        return Failure::isTransientErrno(errno) ? Failure::fromErrno(errno, PublisherText::tr("look for"), entry) : done();
    return m_subscribers.deliver(sequence, entry).outcome;
}

Result<Obstacle> TarPublisher::end()
{
    if (const Outcome refreshed = m_subscribers.refresh(); !refreshed)
        return refreshed.failure();
    if (m_awaitedConsumers > 0 && static_cast<quint64>(m_subscribers.count()) < m_awaitedConsumers)
        return Obstacle{Obstacle::TooFewConsumers};
    if (m_subscribers.isEmpty() || !m_rules) // nobody to tell, or nothing was ever published
        return leave();
    auto lock = m_lock.tryLock(*m_rules);
    if (!lock)
        return lock.failure();
    if (!*lock)
        return Obstacle{Obstacle::Locked};
    if (const Outcome said = sayEnd(); !said)
        return said.failure();
    lock->reset();
    return leave();
}

Outcome TarPublisher::sayEnd()
{
    const Outcome refreshed = m_subscribers.refresh();
    m_subscribers.dropDead();
    return refreshed ? m_subscribers.sayEnd(m_producer.id, *m_rules) : refreshed;
}

// Whoever has ended need not be waited for, however long its process lives.
Obstacle TarPublisher::leave()
{
    discard();
    m_published.reset();
    m_staging.reset();
    return Obstacle();
}

void TarPublisher::setAlarm(DirectoryAlarm &alarm, const Obstacle &obstacle) const
{
    if (obstacle.kind == Obstacle::TooFewConsumers)
        alarm.ask(m_bus.inboxesDirectory(), DirectoryAlarm::SomethingComes);
    for (const QByteArray &inbox : obstacle.places)
        alarm.ask(inbox, DirectoryAlarm::SomethingLeaves);
}

QByteArrayList TarPublisher::notTaken()
{
    [[maybe_unused]] const Outcome refreshed = m_subscribers.refresh(); // else by those who were there before
    return m_subscribers.notTakenBy(m_lastSequence);
}

// Then nobody has published since: it is open, and so its inode number cannot have been given to another file.
bool TarPublisher::isPublishedByUs(const std::optional<struct stat> &bus) const
{
    return bus && m_published && isSameFile(*bus, m_published->status);
}

Outcome TarPublisher::settleNumber(const std::optional<struct stat> &bus)
{
    if (!isPublishedByUs(bus) || !m_numbering.hasNext()) {
        if (const Outcome resumed = resumeNumbering(bus.has_value()); !resumed)
            return resumed;
    }
    const Chunk &chunk = m_staged->chunk;
    if (chunk.streamId() == m_numbering.streamId() && chunk.sequence() == m_numbering.next())
        return done();
    m_staged->chunk.setStreamId(m_numbering.streamId());
    m_staged->chunk.setSequence(m_numbering.next());
    return writeNumber();
}

Outcome TarPublisher::resumeNumbering(bool busExists)
{
    const Result<Numbering::Resumed> resumed = m_numbering.resume(busExists, m_history, m_subscribers.spools());
    if (!resumed)
        return resumed.failure();
    if (const Outcome completed = completeUnshown(); !completed)
        return completed;
    if (*resumed == Numbering::StaleHistory)
        m_history.clear();
    if (*resumed != Numbering::SameStream)
        m_history = Spool(m_bus.historyDirectory(), m_freshness); // which knows nothing of the other stream
    return done();
}

// Of the numbers there may be any, of the entries only so many.
Outcome TarPublisher::completeUnshown()
{
    const auto [first, end] = m_numbering.unshown();
    if (first == end || m_subscribers.isEmpty())
        return done();
    const Result<QList<quint64>> sequences = m_history.sequences();
    if (!sequences)
        return sequences.failure();
    for (const quint64 sequence : *sequences) {
        const Outcome completed = sequence >= first && sequence < end ? complete(sequence) : done();
        if (!completed)
            return completed;
    }
    return done();
}

// The stream has come to its last number.
void TarPublisher::beginStream()
{
    m_numbering.beginStream();
    m_history.clear();
    m_staged->chunk.setStreamId(m_numbering.streamId());
    m_staged->chunk.setSequence(m_numbering.next());
}

// In place, in a file that nobody else knows of yet.
Outcome TarPublisher::writeNumber()
{
    m_frame.describe(m_staged->chunk);
    if (writeAt(m_staged->file.fd.get(), m_frame.metadata().toByteArray(), m_frame.metadataPosition()))
        return done();
    return Failure::fromErrno(errno, PublisherText::tr("write a chunk to"), m_staged->file.path);
}

Outcome TarPublisher::lookAtRights(const std::optional<struct stat> &bus)
{
    if (!bus)
        return done();
    return m_rights.look(*bus, isPublishedByUs(bus) ? m_published->fd.get() : -1);
}

// Whoever owns the bus may have restricted it. The past follows at once, and the chunk, if it is open already.
Outcome TarPublisher::followRights(const std::optional<struct stat> &bus)
{
    if (const Outcome looked = lookAtRights(bus); !looked)
        return looked;
    if (m_rights.takeChange()) {
        m_staging->removeLeft();
        m_abandonedRemoved = false;
        Past(m_bus, ChunkCopy(m_staging->scratchPath())).follow(m_rights.known()->access());
    }
    const bool isOpen = m_staged->file.status.st_mode & anybodyElse;
    return m_rights.known() && isOpen ? m_rights.giveTo(m_staged->file) : done();
}

// An inbox that its consumer cannot read would fill for nothing. Who does not wait for consumers goes on without that one.
Outcome TarPublisher::letSubscribersRead()
{
    const bool isFirst = !m_rights.known();
    if (m_subscribers.isEmpty() || (isFirst && !m_staged))
        return done();
    const Outcome readable =
        isFirst ? m_readership.admit(m_staged->file, m_subscribers) : m_readership.check(*m_rights.known(), m_subscribers);
    if (m_lossless)
        return readable;
    m_unreadable = m_readership.unreadableFor(isFirst ? m_staged->file.rights : *m_rights.known(), m_subscribers);
    return done();
}

// The entry in the history is what makes a publish that was cut off known: from here on the number is given. So there is one for
// as long as the publish takes, even if none is kept.
Outcome TarPublisher::linkIntoHistory()
{
    Chunk &chunk = m_staged->chunk;
    for (int attempt = 0; attempt < mostTakenNumbers; ++attempt) {
        if (!historyIsNeeded())
            return done();
        const auto added = m_history.add(chunk.sequence(), m_staged->file.path, &m_staged->file.status);
        if (added && *added == Spool::Added)
            return done();
        if (!added) {
            if (const Outcome gone = goWithoutHistory(added.failure()); !gone)
                return gone;
        } else if (m_history.holds(chunk.sequence(), m_staged->file.status)) {
            return done(); // by us, in a commit that failed later
        } else if (const Outcome moved = goOnAfterTaken(); !moved) {
            return moved;
        }
    }
    return Failure{Error::SystemError,
                   PublisherText::tr("%1 is full of chunks that no producer published; remove it while nobody produces")
                       .arg(shownPath(m_bus.historyDirectory()))};
}

// While we hold the lock, nobody else can have published the number that we settled, or a later one; unless locks do not work, or
// somebody removed the lock file (BusLock::excludesNobody()).
bool TarPublisher::isOvertakenBy(const QByteArray &path) const
{
    const Result<std::optional<Chunk>> other = readChunkFile(path, m_freshness);
    const Chunk &ours = m_staged->chunk;
    return other && *other && (*other)->streamId() == ours.streamId() && (*other)->sequence() >= ours.sequence();
}

Failure TarPublisher::overtaken() const
{
    return {
        Error::NoLocks,
        PublisherText::tr("locks do not work on the file system of %1: another producer published while this one held the lock; "
                          "publish from one host only, or mount it with locks")
            .arg(shownPath(m_bus.path()))};
}

bool TarPublisher::historyIsNeeded() const
{
    if (!m_historyWorks || m_historyBounds.chunks > 0 || !m_subscribers.isEmpty())
        return m_historyWorks;
    return mayBeThere(m_history.entryPath(m_staged->chunk.sequence()), m_freshness); // taken
}

// A number that is taken in our stream was given by a producer that was killed before it reached the bus. That chunk is
// published: consumers find it in the history, and in their inboxes. We go on after it.
Outcome TarPublisher::goOnAfterTaken()
{
    if (isOvertakenBy(m_bus.path()) && m_lock.excludesNobody())
        return overtaken();
    Chunk &chunk = m_staged->chunk;
    const Result<std::optional<Chunk>> taken = m_history.read(chunk.streamId(), chunk.sequence());
    if (!taken)
        return taken.failure();
    if (!*taken) {
        ::unlink(m_history.entryPath(chunk.sequence()).constData());
        return done();
    }
    if (const Outcome completed = complete(chunk.sequence()); !completed)
        return completed;
    m_numbering.advanceTo(chunk.sequence());
    if (m_numbering.hasNext())
        chunk.setSequence(m_numbering.next());
    else
        beginStream();
    return writeNumber();
}

// There are file systems without hard links. But a full disk, or a directory that was removed and cannot be made again, is no
// reason to go on without.
Outcome TarPublisher::goWithoutHistory(const Failure &why)
{
    const bool removed = why.error == Error::DirectoryMissing;
    if (removed && !std::exchange(m_historyMade, true))
        return m_bus.makeSideDirectories(*m_rules);
    if (removed || why.error == Error::DiskFull || !m_subscribers.isEmpty())
        return why;
    m_historyWorks = false;
    qCInfo(logProducer).noquote() << "the bus goes without history:" << why.text;
    return done();
}

} // namespace FileBus
