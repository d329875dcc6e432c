// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"
#include "base/waiting.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
#include <cstdint>

namespace FileBus
{

/// An instance of inotify(7), and why there is none: users have only so many.
class Inotify
{
public:
    /// Opens an instance if there is none yet.
    bool open();
    /// Watches a directory for @p events; false if that cannot be.
    bool watch(const QByteArray &directory, uint32_t events);

    /// Waits for events, at most for @p time; a signal interrupts it, and one of @p interrupts that poll(2) calls readable.
    Awaited wait(std::chrono::nanoseconds time, const QList<int> &interrupts) const;

    int fd() const { return m_fd.get(); }
    explicit operator bool() const { return bool(m_fd); }

    /// Why the last of the two failed, for people; empty if it did not.
    const QString &problem() const { return m_problem; }

private:
    bool refused(const QString &limit);

    UniqueFd m_fd;
    QString m_problem;
};

} // namespace FileBus
