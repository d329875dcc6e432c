// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>
#include <QtCore/QHash>

#include <sys/inotify.h>
#include <unistd.h>

/// The order of events in several directories: the kernel puts the events of all of them into one queue.
class EventOrder
{
public:
    EventOrder()
        : m_fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))
    { }
    ~EventOrder() { ::close(m_fd); }
    Q_DISABLE_COPY_MOVE(EventOrder)

    /// Watches for names that appear and disappear. They are returned after @p label.
    bool watch(const QByteArray &directory, const QByteArray &label)
    {
        const int watch = ::inotify_add_watch(m_fd, directory.constData(), IN_CREATE | IN_MOVED_TO | IN_DELETE);
        m_labels[watch] = label;
        return watch >= 0;
    }

    /// "+ label/name" or "- label/name" for each event since the last call.
    QByteArrayList take()
    {
        QByteArrayList events;
        alignas(inotify_event) char buffer[16 * 1024];
        const ssize_t size = ::read(m_fd, buffer, sizeof buffer);
        for (const char *at = buffer; at < buffer + size;) {
            const auto *event = reinterpret_cast<const inotify_event *>(at);
            events += (event->mask & IN_DELETE ? "- " : "+ ") + m_labels.value(event->wd) + '/' + event->name;
            at += sizeof(inotify_event) + event->len;
        }
        return events;
    }

private:
    int m_fd;
    QHash<int, QByteArray> m_labels;
};
