// SPDX-License-Identifier: Apache-2.0
#include "standardstreams.h"

#include "terminationsignals.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <ratio>
#include <sys/stat.h>
#include <unistd.h>

namespace
{

struct StreamText {
    Q_DECLARE_TR_FUNCTIONS(StandardStreams)
};

bool wasClosed[3] = {};

bool isDirectory(int fd)
{
    struct stat status;
    return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

bool isOpenFor(int fd, int unwantedMode)
{
    return (::fcntl(fd, F_GETFL) & O_ACCMODE) != unwantedMode;
}

short polled(int fd, short events, int timeout)
{
    struct pollfd request = {fd, events, 0};
    return ::poll(&request, 1, timeout) > 0 ? request.revents : short(0);
}

} // namespace

void StandardStreams::occupyClosed()
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        wasClosed[fd] = ::fcntl(fd, F_GETFD) == -1;
        if (wasClosed[fd] && ::open("/dev/null", O_RDWR) != fd)
            ::_exit(EXIT_FAILURE); // no /dev/null, and nowhere to report it
    }
}

QString StandardStreams::inputProblem()
{
    if (wasClosed[STDIN_FILENO])
        return StreamText::tr("standard input is closed; pipe or redirect the data to publish into filebus");
    if (isDirectory(STDIN_FILENO))
        return StreamText::tr("standard input is a directory; pipe or redirect the data to publish into filebus");
    if (!isOpenFor(STDIN_FILENO, O_WRONLY))
        return StreamText::tr("standard input is open for writing only; pipe or redirect the data to publish into filebus");
    return {};
}

QString StandardStreams::outputProblem()
{
    if (wasClosed[STDOUT_FILENO])
        return StreamText::tr("standard output is closed; redirect it to a file or a program");
    if (isDirectory(STDOUT_FILENO))
        return StreamText::tr("standard output is a directory; redirect it to a file or a program");
    if (!isOpenFor(STDOUT_FILENO, O_RDONLY))
        return StreamText::tr("standard output is open for reading only; redirect it to a file or a program");
    return {};
}

bool StandardStreams::writeAll(int fd, const QByteArray &bytes)
{
    qsizetype written = 0;
    while (written < bytes.size()) {
        const ssize_t count = ::write(fd, bytes.constData() + written, static_cast<size_t>(bytes.size() - written));
        if (count >= 0)
            written += count;
        else if (errno == EAGAIN) // another process that shares this descriptor made it nonblocking
            polled(fd, POLLOUT, -1);
        else if (errno != EINTR)
            return false;
        if (TerminationSignals::caught() != 0 && written < bytes.size()) {
            errno = EINTR;
            return false;
        }
    }
    return true;
}

bool StandardStreams::hasReader(int fd)
{
    struct stat status;
    return ::fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

bool StandardStreams::readerIsGone(int fd)
{
    return polled(fd, 0, 0) & POLLERR;
}

bool StandardStreams::isReadable(int fd, std::chrono::nanoseconds patience)
{
    const struct timespec timeout = {patience.count() / std::nano::den, patience.count() % std::nano::den};
    struct pollfd request = {fd, POLLIN, 0};
    return ::ppoll(&request, 1, &timeout, nullptr) > 0;
}

void StandardStreams::widenPipe(int fd)
{
    const int now = ::fcntl(fd, F_GETPIPE_SZ); // fails for anything but a pipe
    if (now >= 0 && now < usualChunkSize)
        ::fcntl(fd, F_SETPIPE_SZ, static_cast<int>(usualChunkSize));
}

void StandardStreams::pause(std::chrono::nanoseconds time)
{
    isReadable(-1, time); // poll(2) ignores a negative descriptor
}
