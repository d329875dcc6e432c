// SPDX-License-Identifier: Apache-2.0
#include "file/disk/buslock.h"

#include "file/disk/fileidentity.h"
#include "system/system.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <utility>

namespace FileBus
{

namespace
{

struct LockText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::BusLock)
};

constexpr int mostOlderHolders = 8; // producers that each hold a lock file that was removed, at the same time

Failure notARegularFile(const QByteArray &path)
{
    return {Error::NotARegularFile,
            LockText::tr("%1 is not a regular file, and the producers of a bus lock that file; "
                         "move it away, or choose another path")
                .arg(shownPath(path))};
}

} // namespace

BusLock::BusLock(const QByteArray &path)
    : m_path(path)
{ }

Outcome BusLock::check() const
{
    struct stat status;
    if (::lstat(m_path.constData(), &status) != 0 || S_ISREG(status.st_mode))
        return done();
    return notARegularFile(m_path);
}

BusLock::Scope::~Scope()
{
    if (m_fd >= 0)
        ::flock(m_fd, LOCK_UN);
}

BusLock::Attempt BusLock::tryLock(const AccessRules &rules)
{
    while (true) {
        if (const Outcome opened = open(rules); !opened)
            return opened.failure();
        if (::flock(m_fd.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK)
                return std::optional<Scope>();
            if (errno == EINTR)
                continue;
            return Failure::fromLock(errno, m_path);
        }
        m_isOvertaken = false;
        if (isStillAtPath())
            return std::optional<Scope>(Scope(m_fd.get()));
        m_fd.reset();
    }
}

Outcome BusLock::open(const AccessRules &rules)
{
    if (m_fd)
        return done();
    m_overtaken = 0;
    while (!m_fd) {
        const int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
        m_fd = UniqueFd(::open(m_path.constData(), O_RDWR | flags));
        if (!m_fd && errno == EACCES) // locally, flock(2) is content with a file open for reading
            m_fd = UniqueFd(::open(m_path.constData(), O_RDONLY | flags));
        if (!m_fd && errno == ENOENT) {
            // O_EXCL: where fs.protected_regular is set, O_CREAT on a file of somebody else fails even for root.
            m_fd = UniqueFd(rules.createShared(m_path.constData()));
            if (!m_fd && errno == EEXIST)
                continue;
        }
        if (!m_fd)
            return Failure::fromErrno(errno, LockText::tr("cannot open the lock %1").arg(shownPath(m_path)), m_path);
    }
    const int number = ::fstat(m_fd.get(), &m_opened) == 0 ? 0 : errno;
    if (number == 0 && S_ISREG(m_opened.st_mode))
        return done();
    m_fd.reset();
    return number == 0 ? notARegularFile(m_path)
                       : Failure::fromErrno(number, LockText::tr("cannot open the lock %1").arg(shownPath(m_path)), m_path);
}

// Somebody may remove the file, although nobody should. Then the producer that has locked it and the one that locks the new file
// publish at the same time. If ours is the old file, others may publish any number of times; if it is the new one, each holder of
// an old one publishes once.
bool BusLock::excludesNobody()
{
    if (!isStillAtPath())
        return false;
    if (!std::exchange(m_isOvertaken, true))
        ++m_overtaken;
    return m_overtaken > mostOlderHolders;
}

bool BusLock::isStillAtPath() const
{
    return isFileAt(m_path, m_opened);
}

Failure BusLock::stuck(std::chrono::milliseconds waited) const
{
    return {Error::LockTimeout,
            LockText::tr("%1 holds %2, and has not released it for %3 s; end that process, or let it continue")
                .arg(holder(), shownPath(m_path), QString::number(std::chrono::duration<double>(waited).count()))};
}

QString BusLock::holder() const
{
    struct stat status;
    const qint64 pid = ::fstat(m_fd.get(), &status) == 0 ? System::current().lockHolder(status) : 0;
    if (pid == 0)
        return LockText::tr("another process");
    const QByteArray name = System::current().processName(pid);
    if (name.isEmpty())
        return LockText::tr("PID %1").arg(pid);
    return LockText::tr("PID %1 (%2)").arg(QString::number(pid), displayText(name));
}

} // namespace FileBus
