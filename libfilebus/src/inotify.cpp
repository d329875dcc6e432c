// SPDX-License-Identifier: Apache-2.0
#include "inotify.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstring>
#include <sys/inotify.h>

namespace FileBus
{

using namespace Qt::StringLiterals;

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
