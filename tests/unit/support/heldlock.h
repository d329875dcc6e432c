// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

/// A lock held by this process works like any other: flock(2) distinguishes open files.
class HeldLock
{
public:
    explicit HeldLock(const QByteArray &path)
        : m_fd(::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0644))
    { }
    ~HeldLock() { letGo(); }
    Q_DISABLE_COPY_MOVE(HeldLock)

    bool holds() const { return ::flock(m_fd, LOCK_EX | LOCK_NB) == 0; }
    void letGo() { ::close(std::exchange(m_fd, -1)); }

private:
    int m_fd;
};
