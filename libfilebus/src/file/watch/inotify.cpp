// SPDX-License-Identifier: Apache-2.0
#include "file/watch/inotify.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QVarLengthArray>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/inotify.h>

namespace FileBus
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

struct InotifyText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Inotify)
};

} // namespace

bool Inotify::open()
{
    m_problem.clear();
    if (!m_fd)
        m_fd = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    return m_fd || refused(u"max_user_instances"_s);
}

bool Inotify::watch(const QByteArray &directory, uint32_t events)
{
    m_problem.clear();
    return ::inotify_add_watch(m_fd.get(), directory.constData(), events | IN_ONLYDIR) >= 0 || refused(u"max_user_watches"_s);
}

// poll(2) leaves out a descriptor that is negative, as ours is where there are no events.
Awaited Inotify::wait(std::chrono::nanoseconds time, const QList<int> &interrupts) const
{
    QVarLengthArray<struct pollfd, 4> polled{{m_fd.get(), POLLIN, 0}};
    for (const int descriptor : interrupts)
        polled.append({descriptor, POLLIN, 0});
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(std::min<std::chrono::nanoseconds>(time, 24h)).count();
    const int ready = ::poll(polled.data(), static_cast<nfds_t>(polled.size()), static_cast<int>(milliseconds));
    if (ready == 0)
        return Awaited::Time;
    return ready == 1 && polled[0].revents != 0 ? Awaited::Event : Awaited::Interrupt;
}

// One error for each of the two limits; any other has nothing to do with it.
bool Inotify::refused(const QString &limit)
{
    const QString reason = QString::fromLocal8Bit(std::strerror(errno));
    if (errno == ENOENT)
        m_problem = InotifyText::tr("the directory does not exist");
    else if (errno == EMFILE || errno == ENOSPC)
        m_problem = InotifyText::tr("inotify refuses: %1 (see %2 in inotify(7))").arg(reason, limit);
    else
        m_problem = InotifyText::tr("inotify refuses: %1").arg(reason);
    return false;
}

} // namespace FileBus
