// SPDX-License-Identifier: Apache-2.0
#include "file/disk/staging.h"

#include "base/directorylisting.h"
#include "base/failure.h"
#include "base/logging.h"
#include "base/uniquefd.h"
#include "file/disk/accessrules.h"
#include "file/disk/freshness.h"
#include "file/disk/localfilesystem.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QSet>

#include <cerrno>
#include <fcntl.h>

namespace FileBus
{

namespace
{

constexpr qsizetype mostLeft = 8; // names that wait to be removed
constexpr int mostAttempts = 128; // enough for all numbers that one publish can free; then one in quarantine must do

// "ID.7" belongs to the producer ID.
QByteArray ownerOf(const QByteArray &stagedName)
{
    return stagedName.first(std::max<qsizetype>(stagedName.lastIndexOf('.'), 0));
}

} // namespace

Staging::Staging(const BusFile &bus, const AccessRules &rules, const QUuid &producer, OwnerFile owner)
    : m_directory(bus.stagingDirectory())
    , m_producersDirectory(bus.producersDirectory())
    , m_id(producer.toByteArray(QUuid::WithoutBraces))
    , m_rules(rules)
    , m_owner(std::move(owner))
    , m_guard(bus.sideDirectory())
{ }

Staging::~Staging()
{
    for (const QByteArray &name : directoryListing(m_directory).valueOr({})) {
        if (ownerOf(name) == m_id)
            ::unlink((m_directory + '/' + name).constData());
    }
}

Result<std::unique_ptr<Staging>> Staging::open(const BusFile &bus, const AccessRules &rules, const QUuid &producer)
{
    if (const Outcome made = bus.makeSideDirectories(rules); !made)
        return made.failure();
    const QByteArray name = producer.toByteArray(QUuid::WithoutBraces);
    OwnerFile::removeCopy(bus.producersDirectory(), name); // a copy of our own file, from a backup that was restored
    Result<OwnerFile> owner = OwnerFile::create(bus.producersDirectory(), name);
    if (!owner)
        return owner.failure();
    std::unique_ptr<Staging> staging(new Staging(bus, rules, producer, std::move(*owner)));
    if (const Outcome reached = staging->checkReach(); !reached)
        return reached.failure();
    return staging;
}

// Of two producers that start at the same time, at least one sees the other: each announces itself before it looks.
Outcome Staging::checkReach() const
{
    const Result<QByteArrayList> producers = OwnerFile::namesIn(m_producersDirectory);
    if (!producers)
        return producers.failure();
    for (const QByteArray &id : *producers) {
        const std::optional<Owner> other = id == m_id ? std::nullopt : OwnerFile::read(m_producersDirectory, id);
        if (other && other->isBeyondReach)
            return Failure{
                Error::NoLocks,
                QCoreApplication::translate(
                    "FileBus::Staging",
                    "%1 may be publishing from the other side of a mount, and locks do not reach across: chunks would be "
                    "lost; publish on one side only, and if that process is gone, remove %2")
                    .arg(other->name(), shownPath(other->path))};
    }
    return done();
}

Result<StagedFile> Staging::create(std::optional<mode_t> mode)
{
    StagedFile file;
    file.path = m_directory + '/' + m_id + '.' + QByteArray::number(++m_created);
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    file.fd = UniqueFd(::open(file.path.constData(), flags, mode.value_or(AccessRules::newChunk)));
    if (file.fd && !mode)
        m_rules.shareNewChunk(file.fd.get());
    if (const Outcome looked = look(file); !looked)
        return looked.failure();
    return file;
}

Outcome Staging::look(StagedFile &file) const
{
    if (!file.fd || ::fstat(file.fd.get(), &file.status) != 0)
        return Failure::fromErrno(
            errno, QCoreApplication::translate("FileBus::Staging", "cannot write a chunk in %1").arg(shownPath(m_directory)),
            m_directory);
    if (!m_rules.givesList())
        return done();
    const Result<FileRights> rights = FileRights::of(file.status, file.path, file.fd.get());
    if (!rights)
        return rights.failure();
    file.rights = *rights;
    return done();
}

// The file system hands out the number that was freed last first. Numbers in quarantine are held until another one comes.
Result<StagedFile> Staging::createUsable(std::optional<mode_t> mode, InodeQuarantine::Time now)
{
    for (int attempt = 1;; ++attempt) {
        Result<StagedFile> file = create(mode);
        if (!file && file.failure().error == Error::DiskFull) { // perhaps of those in quarantine
            if (std::optional<StagedFile> held = takeReleased(InodeQuarantine::Time::max()))
                return std::move(*held);
        }
        if (!file || attempt == mostAttempts || m_quarantine.endOf(file->status.st_ino) <= now)
            return file;
        quarantine(*file);
        if (std::optional<StagedFile> released = takeReleased(now))
            return std::move(*released);
    }
}

void Staging::quarantine(const StagedFile &file)
{
    m_quarantined.push_back({file.path, m_quarantine.endOf(file.status.st_ino)});
}

std::optional<StagedFile> Staging::takeReleased(InodeQuarantine::Time now)
{
    while (!m_quarantined.empty() && m_quarantined.front().until <= now) {
        StagedFile file;
        file.path = m_quarantined.front().path;
        m_quarantined.pop_front();
        file.fd = UniqueFd(::open(file.path.constData(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
        if (look(file))
            return file;
    }
    return std::nullopt;
}

Result<StagedFile> Staging::take(std::optional<mode_t> mode)
{
    if (!m_ahead)
        return createUsable(mode, InodeQuarantine::Time::clock::now());
    StagedFile file = std::move(*m_ahead);
    m_ahead.reset();
    return file;
}

// A name that waits to be removed must not be the last one of its file, which would take space.
void Staging::sawLeave(ino_t inode)
{
    m_quarantine.sawLeave(inode, InodeQuarantine::Time::clock::now());
    m_left.removeIf([inode](const Left &file) { return file.inode == inode && ::unlink(file.path.constData()) == 0; });
}

void Staging::removeLater(const QByteArray &path, ino_t inode)
{
    m_left.append({path, inode});
    if (m_left.size() >= mostLeft)
        removeLeft();
}

bool Staging::removeLeft()
{
    const bool any = !m_left.isEmpty();
    for (const Left &file : std::as_const(m_left))
        ::unlink(file.path.constData());
    m_left.clear();
    return any;
}

void Staging::makeAhead(std::optional<mode_t> mode)
{
    if (m_ahead)
        return;
    const InodeQuarantine::Time now = InodeQuarantine::Time::clock::now();
    Result<StagedFile> file = createUsable(mode, now);
    if (!file) // take() will say why
        return;
    m_ahead = std::move(*file);
    // With each new file, one that has served its quarantine is removed, so those of a burst disappear in time.
    if (m_quarantined.size() > 1 && m_quarantined[1].until <= now) {
        ::unlink(m_quarantined.front().path.constData());
        m_quarantined.pop_front();
    }
}

void Staging::removeAbandoned()
{
    // In this order: a file that is seen here is younger than its owner file, which therefore is seen below.
    const Result<QByteArrayList> stagedNames = directoryListing(m_directory);
    const Result<QByteArrayList> producers = OwnerFile::namesIn(m_producersDirectory);
    if (!stagedNames || !producers) // nobody knows who lives
        return;
    QSet<QByteArray> living{m_id};
    QSet<QByteArray> gone;
    for (const QByteArray &id : *producers) {
        if (id != m_id)
            (OwnerFile::removeIfDead(m_producersDirectory, id) ? gone : living).insert(id);
    }
    // Where directories are cached, the owner file of a living producer may not be seen yet.
    const bool missingIsGone = !locksMayNotReachAcross(m_producersDirectory);
    for (const QByteArray &name : *stagedNames) {
        if (living.contains(ownerOf(name)) || (!missingIsGone && !gone.contains(ownerOf(name))))
            continue;
        qCInfo(logProducer) << "removing what a producer left that is gone:" << name;
        ::unlink((m_directory + '/' + name).constData());
    }
}

} // namespace FileBus
