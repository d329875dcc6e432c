// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "uniquefd.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

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
