// SPDX-License-Identifier: Apache-2.0
#include "file/publish/rawpublisher.h"

#include "base/failure.h"
#include "base/fullwrite.h"
#include "base/uniquefd.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/busplace.h"
#include "file/disk/filerights.h"
#include "file/disk/freshness.h"
#include "file/publish/obstacle.h"
#include "file/watch/directoryalarm.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct RawText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::RawPublisher)
};

constexpr char newSuffix[] = ".__new__";

} // namespace

RawPublisher::RawPublisher(const QByteArray &path)
    : Publisher(path)
    , m_newPath(m_bus.path() + newSuffix)
{ }

Outcome RawPublisher::open()
{
    if (const Outcome usable = checkBus(); !usable)
        return usable;
    if (const Outcome usable = checkPlace(m_bus, newSuffix); !usable)
        return usable;
    return m_lock.open(*m_rules);
}

Outcome RawPublisher::stage(const QByteArray &payload)
{
    m_payload = payload;
    return done();
}

Result<Obstacle> RawPublisher::commit()
{
    const Result<Obstacle> published = publish(*m_payload);
    if (!published || published->kind == Obstacle::None)
        discard();
    return published;
}

Result<Obstacle> RawPublisher::end()
{
    return m_lossless ? publish({}) : Obstacle();
}

void RawPublisher::setAlarm(DirectoryAlarm &alarm, const Obstacle &) const
{
    alarm.ask(m_bus.directory(), DirectoryAlarm::SomethingLeaves);
}

Result<Obstacle> RawPublisher::publish(const QByteArray &payload)
{
    if (!m_rules) {
        if (const Outcome opened = open(); !opened)
            return opened.failure();
    }
    // Not under the lock: the consumer of the original holds that for as long as it takes to hand a chunk on.
    const Freshness freshness = freshnessIn(m_bus.directory());
    if (m_lossless && mayBeThere(m_bus.path(), freshness))
        return noRoom();
    const auto lock = m_lock.tryLock(*m_rules);
    if (!lock)
        return lock.failure();
    return *lock ? publishLocked(payload) : Obstacle{Obstacle::Locked};
}

Result<Obstacle> RawPublisher::publishLocked(const QByteArray &payload)
{
    const auto bus = m_bus.status(freshnessIn(m_bus.directory()));
    if (!bus)
        return bus.failure();
    if (m_lossless && *bus)
        return noRoom();
    const Outcome written = write(payload, *bus);
    const auto replaced = written ? m_bus.replaceBy(m_newPath) : Result<BusFile::Replacement>(written.failure());
    if (!replaced || *replaced != BusFile::Renamed)
        ::unlink(m_newPath.constData()); // what could not be published, or what was swapped out
    if (!replaced)
        return replaced.failure();
    return Obstacle{*replaced == BusFile::InUse ? Obstacle::InUse : Obstacle::None};
}

// The name is the same for all producers of the original, which overwrite what one that was killed has left.
Result<UniqueFd> RawPublisher::createNewFile(const std::optional<struct stat> &bus) const
{
    if (::unlink(m_newPath.constData()) != 0 && errno == EISDIR)
        return Failure::fromErrno(EISDIR, RawText::tr("cannot write a chunk to %1").arg(shownPath(m_newPath)), m_newPath);
    const mode_t mode = bus ? AccessRules::ownerOnly : AccessRules::newChunk;
    UniqueFd fd(::open(m_newPath.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd)
        return Failure::fromErrno(errno, RawText::tr("cannot write a chunk to %1").arg(shownPath(m_newPath)), m_newPath);
    if (!bus)
        m_rules->shareNewChunk(fd.get());
    const Outcome given = bus ? giveRights(fd.get(), *bus) : done();
    if (!given)
        return given.failure();
    return fd;
}

// The new file may have a list by the default list of the directory.
Outcome RawPublisher::giveRights(int fd, const struct stat &bus) const
{
    struct stat status;
    if (::fstat(fd, &status) != 0)
        return Failure::fromErrno(errno, RawText::tr("cannot access %1").arg(shownPath(m_newPath)), m_newPath);
    const Result<FileRights> rights = FileRights::of(bus, m_bus.path());
    const Result<FileRights> before = FileRights::of(status, m_newPath, fd);
    if (!rights || !before)
        return rights ? before.failure() : rights.failure();
    return rights->giveTo(fd, status, m_bus.path(), *before);
}

Outcome RawPublisher::write(const QByteArray &payload, const std::optional<struct stat> &bus) const
{
    const Result<UniqueFd> fd = createNewFile(bus);
    if (!fd)
        return fd.failure();
    if (writeAt(fd->get(), payload, 0))
        return done();
    return Failure::fromErrno(errno, RawText::tr("cannot write a chunk to %1").arg(shownPath(m_newPath)), m_newPath);
}

} // namespace FileBus
