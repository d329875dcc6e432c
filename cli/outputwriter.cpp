// SPDX-License-Identifier: Apache-2.0
#include "outputwriter.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

bool isRegularFile(int fd)
{
    struct stat status;
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

OutputWriter::OutputWriter(int fd, QObject *parent)
    : QObject(parent)
    , m_fd(fd)
    , m_isFile(isRegularFile(fd))
    , m_notifier(fd, QSocketNotifier::Write)
{
    m_notifier.setEnabled(false); // a writable descriptor would activate it all the time
    connect(&m_notifier, &QSocketNotifier::activated, this, [this] {
        m_notifier.setEnabled(false);
        Q_EMIT hasRoom();
    });
}

// A pipe that poll(2) reports as writable takes PIPE_BUF bytes without blocking; a file takes any number.
qint64 OutputWriter::write(QByteArrayView bytes)
{
    qint64 written = 0;
    while (written < bytes.size()) {
        struct pollfd request = {m_fd, POLLOUT, 0};
        if (::poll(&request, 1, 0) <= 0)
            break;
        const qsizetype most = m_isFile ? bytes.size() : PIPE_BUF;
        const QByteArrayView part = bytes.sliced(written).first(std::min<qsizetype>(most, bytes.size() - written));
        const ssize_t count = ::write(m_fd, part.data(), static_cast<size_t>(part.size()));
        if (count < 0 && errno != EINTR && errno != EAGAIN)
            return -1;
        if (count < 0)
            break;
        written += count;
    }
    if (written < bytes.size())
        m_notifier.setEnabled(true);
    return written;
}
