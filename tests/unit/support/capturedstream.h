// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/// Takes over one of the standard streams of this process while it lives, and keeps what is written there: in memory, or on a
/// terminal, of which this is the other side.
class CapturedStream
{
public:
    enum Kind { File, Terminal };

    explicit CapturedStream(int stream, Kind kind = File)
        : m_stream(stream)
        , m_before(::dup(stream))
        , m_readEnd(kind == File ? ::memfd_create("captured", MFD_CLOEXEC) : ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
    {
        const int writeEnd = kind == File ? ::dup(m_readEnd) : openTerminal();
        ::dup2(writeEnd, stream);
        ::close(writeEnd);
    }
    ~CapturedStream()
    {
        ::dup2(m_before, m_stream);
        ::close(m_before);
        ::close(m_readEnd);
    }
    CapturedStream(const CapturedStream &) = delete;
    CapturedStream &operator=(const CapturedStream &) = delete;

    /// What was written since the last call.
    QByteArray take()
    {
        char bytes[65536];
        const bool isTerminal = ::isatty(m_stream) != 0;
        const ssize_t count =
            isTerminal ? ::read(m_readEnd, bytes, sizeof bytes) : ::pread(m_readEnd, bytes, sizeof bytes, m_taken);
        m_taken += count > 0 ? count : 0;
        return count > 0 ? QByteArray(bytes, count) : QByteArray();
    }

private:
    int openTerminal() const
    {
        ::fcntl(m_readEnd, F_SETFL, O_NONBLOCK);
        return ::grantpt(m_readEnd) == 0 && ::unlockpt(m_readEnd) == 0 ? ::open(::ptsname(m_readEnd), O_RDWR | O_NOCTTY) : -1;
    }

    int m_stream;
    int m_before;
    int m_readEnd;
    off_t m_taken = 0;
};
