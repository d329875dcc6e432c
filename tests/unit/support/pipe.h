// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <fcntl.h>
#include <unistd.h>
#include <utility>

/// A pipe whose ends a test fills, reads and closes.
class Pipe
{
public:
    Pipe()
    {
        if (::pipe2(m_ends, O_CLOEXEC) != 0)
            qFatal("no pipe");
    }
    ~Pipe()
    {
        closeReadEnd();
        closeWriteEnd();
    }
    Pipe(const Pipe &) = delete;
    Pipe &operator=(const Pipe &) = delete;

    int readEnd() const { return m_ends[0]; }
    int writeEnd() const { return m_ends[1]; }
    void closeReadEnd() { close(m_ends[0]); }
    void closeWriteEnd() { close(m_ends[1]); }

    bool write(const QByteArray &bytes) const
    {
        return ::write(writeEnd(), bytes.constData(), static_cast<size_t>(bytes.size())) == bytes.size();
    }

    /// All that is in it, at most @p most bytes.
    QByteArray read(qsizetype most = 1 << 20) const
    {
        ::fcntl(readEnd(), F_SETFL, O_NONBLOCK);
        QByteArray bytes(most, Qt::Uninitialized);
        const ssize_t count = ::read(readEnd(), bytes.data(), static_cast<size_t>(most));
        return count > 0 ? bytes.first(count) : QByteArray();
    }

private:
    static void close(int &end)
    {
        if (end >= 0)
            ::close(std::exchange(end, -1));
    }

    int m_ends[2] = {-1, -1};
};
