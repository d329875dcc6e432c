// SPDX-License-Identifier: Apache-2.0
#include "joinedprocess.h"

#include "exitstatus.h"

#include <QtCore/QFile>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace
{

void closeEnd(int &fd)
{
    if (fd >= 0)
        ::close(std::exchange(fd, -1));
}

} // namespace

JoinedProcess::JoinedProcess(const QByteArrayList &command, QObject *parent)
    : QProcess(parent)
    , m_command(command)
{
    setInputChannelMode(ForwardedInputChannel);
    setProcessChannelMode(ForwardedChannels);
}

JoinedProcess::~JoinedProcess()
{
    for (int *fd : {&m_input[0], &m_input[1], &m_output[0], &m_output[1]})
        closeEnd(*fd);
    if (state() == NotRunning)
        return;
    terminate();
    if (!waitForFinished(1000))
        kill();
}

bool JoinedProcess::begin()
{
    if (::pipe2(m_input, O_CLOEXEC) != 0 || ::pipe2(m_output, O_CLOEXEC) != 0) {
        setErrorString(QString::fromLocal8Bit(std::strerror(errno)));
        return false;
    }
    setChildProcessModifier([this] {
        ::dup2(m_input[0], STDIN_FILENO);
        ::dup2(m_output[1], STDOUT_FILENO);
        ::signal(SIGPIPE, SIG_DFL);
    });
    QStringList arguments;
    for (const QByteArray &word : m_command)
        arguments += QFile::decodeName(word);
    start(arguments.takeFirst(), arguments);
    const bool started = waitForStarted(-1);
    closeEnd(m_input[0]);
    closeEnd(m_output[1]);
    return started;
}

void JoinedProcess::closeInput()
{
    closeEnd(m_input[1]);
}

void JoinedProcess::closeOutput()
{
    closeEnd(m_output[0]);
}

int JoinedProcess::status() const
{
    return exitStatus() == CrashExit ? ::ExitStatus::signalled + exitCode() : exitCode();
}
