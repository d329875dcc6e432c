// SPDX-License-Identifier: Apache-2.0
#include "file/publish/tarpublisher.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/logging.h"
#include "file/disk/freshness.h"
#include "file/publish/obstacle.h"
#include "file/publish/subscribers.h"
#include "file/watch/directoryalarm.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <unistd.h>
#include <utility>

namespace FileBus
{

TarPublisher::TarPublisher(const QByteArray &path, const ProducerInfo &producer)
    : Publisher(path)
    , m_known(m_bus)
    , m_history(m_bus)
    , m_audience(m_bus)
    , m_numbering(m_bus)
    , m_rollForward(m_bus, m_lock, m_numbering, m_history, m_audience.subscribers())
    , m_producer(producer)
{
    findFreshness();
}

void TarPublisher::configure(const PublishSettings &settings)
{
    m_history.setBounds(settings.history);
    m_lossless = settings.lossless;
    m_audience.configure(settings);
}

void TarPublisher::findFreshness()
{
    m_freshness = freshnessIn(m_bus.directory());
    m_history.setFreshness(m_freshness);
    m_audience.subscribers().setFreshness(m_freshness);
}

Outcome TarPublisher::open()
{
    findFreshness();
    if (const Outcome usable = checkBus(); !usable)
        return usable;
    if (const auto bus = m_bus.status(m_freshness); bus) {
        if (const Outcome looked = m_known.look(*bus); !looked)
            return looked;
    }
    if (m_lossless) {
        if (const Outcome made = m_bus.makeInboxesDirectory(*m_rules); !made)
            return made;
        if (const Outcome refreshed = m_audience.subscribers().refresh(); !refreshed)
            return refreshed;
        if (const auto unreadable = m_audience.findUnreadable(m_staged, m_known.rights()); !unreadable)
            return unreadable.failure();
    }
    if (const Outcome announced = announce(); !announced)
        return announced;
    if (const Outcome opened = m_lock.open(*m_rules); !opened)
        return opened;
    m_rollForward.restoreBus(*m_rules);
    return done();
}

// Makes X.d, or what somebody removed from it.
Outcome TarPublisher::announce()
{
    if (m_staging && m_staging->isAnnounced(m_freshness))
        return m_bus.makeSideDirectories(*m_rules);
    m_staging.reset(); // before the next one: they use the same names
    auto staging = Staging::open(m_bus, *m_rules, m_producer.id);
    if (!staging)
        return staging.failure();
    m_staging = std::move(*staging);
    m_audience.subscribers().setScratchPath(m_staging->scratchPath());
    return done();
}

// FORMAT.md, "Publishing", step 1. The number is most likely the right one; it is settled under the lock.
Outcome TarPublisher::stage(const QByteArray &payload)
{
    discard();
    m_neededBytes = payload.size() + 1;
    if (const Outcome opened = m_staging ? done() : open(); !opened)
        return opened;
    Result<StagedFile> file = m_staging->take(m_known.rights().stagingMode());
    if (!file)
        return file.failure();
    Chunk chunk(payload);
    chunk.setStreamId(m_numbering.streamId());
    chunk.setSequence(m_numbering.next());
    chunk.setTime(wallClock());
    chunk.setProducer(m_producer);
    return m_staged.write(std::move(*file), chunk);
}

Result<Obstacle> TarPublisher::commit()
{
    const Result<Committed> committed = lockAndPublish();
    if (!committed && !m_staged.isPartlyDelivered())
        discard();
    if (!committed)
        return committed.failure();
    if (committed->obstacle.kind != Obstacle::None)
        return committed->obstacle;
    m_lastSequence = m_staged.sequence();
    tidyUp(committed->leftover);
    m_known.setPublished(m_staged.release());
    return Obstacle();
}

// Step 2. A commit that failed half way gave the chunk its number, so it only needs to be completed.
Result<TarPublisher::Committed> TarPublisher::lockAndPublish()
{
    const auto lock = m_lock.tryLock(*m_rules);
    if (!lock)
        return lock.failure();
    if (!*lock)
        return Committed{{Obstacle::Locked}};
    const Result<KnownBus::Status> bus = m_bus.status(m_freshness);
    if (!bus)
        return bus.failure();
    if (!m_staged.isPartlyDelivered() && isStagingReplaced(*bus))
        return Failure::fromErrno(
            ENOENT,
            QCoreApplication::translate("FileBus::TarPublisher", "cannot publish from %1").arg(shownPath(m_staged.path())),
            m_staged.path());
    if (*bus)
        m_staging->sawLeave((*bus)->st_ino);
    if (const Outcome refreshed = m_audience.subscribers().refresh(); !refreshed)
        return refreshed.failure();
    const Result<KnownBus::Change> rights = m_known.follow(*bus, m_staged, *m_staging);
    if (!rights)
        return rights.failure();
    m_abandonedRemoved = m_abandonedRemoved && *rights == KnownBus::Unchanged;
    return m_staged.isPartlyDelivered() ? complete(*bus) : publish(*bus);
}

// By a backup that was restored.
bool TarPublisher::isStagingReplaced(const KnownBus::Status &bus) const
{
    return !m_staged.isInPlace(m_freshness) || (!m_known.isOurs(bus) && !m_staging->isAnnounced(m_freshness));
}

// Steps 3 to 5, then the others.
Result<TarPublisher::Committed> TarPublisher::publish(const KnownBus::Status &bus)
{
    if (const Outcome settled = settleNumber(bus); !settled)
        return settled.failure();
    if (!std::exchange(m_abandonedRemoved, true)) { // what dead producers and consumers left
        m_staging->removeAbandoned();
        m_audience.subscribers().removeAbandoned();
    }
    const Result<Obstacle> obstacle = m_audience.findObstacle(m_staged, m_known.rights());
    if (!obstacle)
        return obstacle.failure();
    if (obstacle->kind != Obstacle::None)
        return Committed{*obstacle};
    if (const Outcome adopted = m_staged.adopt(m_known.rights()); !adopted)
        return adopted.failure();
    if (const Outcome linked = m_rollForward.link(m_staged); !linked)
        return linked.failure();
    return deliverAndReplace(bus);
}

// If others have published since, they have completed it.
Result<TarPublisher::Committed> TarPublisher::complete(const KnownBus::Status &bus)
{
    if (const Outcome resumed = m_rollForward.resume(bus.has_value()); !resumed)
        return resumed.failure();
    if (m_numbering.next() == m_staged.sequence())
        return deliverAndReplace(bus);
    return Committed{{}, {.isThere = true, .takesSpace = true}};
}

// Step 3. What a killed producer has put into an inbox must not make it full.
Outcome TarPublisher::settleNumber(const KnownBus::Status &bus)
{
    const bool isKnown = m_known.isOurs(bus) && m_numbering.hasNext();
    if (const Outcome resumed = isKnown ? done() : m_rollForward.resume(bus.has_value()); !resumed)
        return resumed;
    const Outcome renumbered = m_staged.renumber(m_numbering.streamId(), m_numbering.next());
    return renumbered ? m_rollForward.passTaken(m_staged) : renumbered;
}

// Steps 6 to 8.
Result<TarPublisher::Committed> TarPublisher::deliverAndReplace(const KnownBus::Status &bus)
{
    const Outcome delivered = m_audience.deliver(m_staged);
    const Result<BusFile::Replacement> replaced = delivered ? m_bus.replaceBy(m_staged.path()) : delivered.failure();
    if ((!replaced || *replaced == BusFile::InUse) && !m_staged.isPartlyDelivered())
        m_history.unlink(m_staged.sequence());
    if (!replaced)
        return replaced.failure();
    if (*replaced == BusFile::InUse)
        return Committed{{Obstacle::InUse}};
    const bool isExchanged = *replaced == BusFile::Exchanged;
    m_staged.setPartlyDelivered(false);
    if (m_freshness == Freshness::AskAnew && isExchanged && m_rollForward.isOvertakenBy(m_staged.path(), m_staged)) {
        [[maybe_unused]] const auto back = m_bus.replaceBy(m_staged.path()); // the newer one
        if (const Outcome locked = m_rollForward.checkLock(); !locked)
            return locked.failure();
    }
    m_audience.noteBegun();
    m_numbering.advanceTo(m_staged.sequence());
    const QList<ino_t> dropped = m_history.trim(m_staged.sequence());
    for (const ino_t inode : dropped)
        m_staging->sawLeave(inode);
    if (!bus)
        return Committed{{}, {.isThere = isExchanged}};
    const bool takesSpace = bus->st_nlink == 1 || bus->st_size > Staging::largestLeft || dropped.contains(bus->st_ino);
    return Committed{{}, {isExchanged, takesSpace, bus->st_ino}};
}

// Step 9. Nobody waits for it: the lock is free, and consumers are about to wake up.
void TarPublisher::tidyUp(const Leftover &leftover)
{
    m_known.takeRightsOf(m_staged.file());
    if (leftover.isThere && leftover.takesSpace)
        ::unlink(m_staged.path().constData());
    else if (leftover.isThere)
        m_staging->removeLater(m_staged.path(), leftover.inode);
    m_staging->makeAhead(m_known.rights().stagingMode());
}

// Nothing else frees space: what lossless consumers have not taken stays in their inboxes, even after it has left the history.
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

Result<Obstacle> TarPublisher::end()
{
    if (const Outcome refreshed = m_audience.subscribers().refresh(); !refreshed)
        return refreshed.failure();
    if (m_audience.lacksConsumers())
        return Obstacle{Obstacle::TooFewConsumers};
    if (m_audience.subscribers().isEmpty() || !m_rules) // there is no consumer, or nothing was ever published
        return leave();
    auto lock = m_lock.tryLock(*m_rules);
    if (!lock)
        return lock.failure();
    if (!*lock)
        return Obstacle{Obstacle::Locked};
    if (const Outcome said = m_audience.sayEnd(m_producer.id, *m_rules); !said)
        return said.failure();
    lock->reset();
    return leave();
}

// Nobody needs to wait for a producer that has ended, however long its process lives.
Obstacle TarPublisher::leave()
{
    discard();
    m_known.release();
    m_staging.reset();
    return {};
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
    [[maybe_unused]] const Outcome refreshed = m_audience.subscribers().refresh(); // else by those who were there before
    return m_audience.subscribers().notTakenBy(m_lastSequence);
}

} // namespace FileBus
