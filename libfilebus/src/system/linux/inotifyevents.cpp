// SPDX-License-Identifier: Apache-2.0
#include "system/linux/inotifyevents.h"

#include "system/linux/inotifyinstance.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstring>
#include <utility>

namespace FileBus
{

using namespace Qt::StringLiterals;

namespace
{

struct InotifyText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::InotifyEvents)
};

constexpr uint32_t whatPublishingDoes = IN_MOVED_TO | IN_CREATE;
constexpr uint32_t whatEndsABus = IN_DELETE | IN_ATTRIB; // not IN_MOVED_FROM: that is the other half of an exchange
constexpr uint32_t whatEndsAWatch = IN_DELETE_SELF | IN_MOVE_SELF;

uint32_t maskOf(DirectoryEvents::Interest interest)
{
    switch (interest) {
    case DirectoryEvents::Arrival:
        return IN_CREATE | IN_MOVED_TO | IN_ONESHOT;
    case DirectoryEvents::Departure:
        return IN_DELETE | IN_MOVED_FROM | IN_ONESHOT;
    case DirectoryEvents::Everything:
        break;
    }
    return whatPublishingDoes | whatEndsABus;
}

} // namespace

bool InotifyEvents::open()
{
    if (m_fd)
        return true;
    m_fd = openInotify();
    if (!m_fd)
        return refused(u"max_user_instances"_s);
    if (m_owner)
        notify();
    return true;
}

bool InotifyEvents::watch(const QByteArray &directory, Interest interest)
{
    m_problem.clear();
    const uint32_t mask = maskOf(interest) | whatEndsAWatch | IN_ONLYDIR;
    return open() && (::inotify_add_watch(m_fd.get(), directory.constData(), mask) >= 0 || refused(u"max_user_watches"_s));
}

void InotifyEvents::listen(QObject *owner, std::function<void()> happened)
{
    m_owner = owner;
    m_happened = std::move(happened);
    if (m_fd)
        notify();
}

void InotifyEvents::notify()
{
    if (!m_notifier) {
        m_notifier = std::make_unique<QSocketNotifier>(m_fd.get(), QSocketNotifier::Read, m_owner);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_owner, [this] { m_happened(); });
    }
    m_notifier->setEnabled(true);
}

void InotifyEvents::stopListening()
{
    m_owner.clear();
    if (m_notifier)
        m_notifier->setEnabled(false);
}

Awaited InotifyEvents::wait(std::chrono::nanoseconds time, const QList<int> &interrupts)
{
    return waitForDescriptors(m_fd.get(), interrupts, time);
}

// Other files come and go in the directory; some file systems do not distinguish case. Events that were dropped, and the end of
// the watch, have no name.
DirectoryEvents::Seen InotifyEvents::take(const QByteArray &name)
{
    Seen seen = {};
    readInotify(m_fd.get(), [&](const struct inotify_event &event, const char *concerned) {
        seen.watchEnded = seen.watchEnded || (event.len == 0 && (event.mask & IN_Q_OVERFLOW) == 0);
        seen.concernsName = seen.concernsName || event.len == 0 || qstricmp(name.constData(), concerned) == 0;
    });
    return seen;
}

void InotifyEvents::takeAll()
{
    while (m_fd && readInotify(m_fd.get(), [](const struct inotify_event &, const char *) { })) { }
}

// One error for each of the two limits; any other has nothing to do with it.
bool InotifyEvents::refused(const QString &limit)
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
