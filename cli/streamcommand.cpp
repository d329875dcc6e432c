// SPDX-License-Identifier: Apache-2.0
#include "streamcommand.h"

#include "exitstatus.h"
#include "messages.h"
#include "standardstreams.h"

#include <QtCore/QFile>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace
{

constexpr qsizetype defaultBlockSize = qsizetype(64) * 1024; // the capacity of a pipe
constexpr qint64 mostWaiting = 1 << 18;                      // bytes read ahead of the stream; then the input waits
constexpr qint64 mostUnwritten = 1 << 18;                    // bytes received and not yet printed; then the other side waits

} // namespace

StreamCommand::StreamCommand(const Options &options)
    : m_options(options)
    , m_blockSize(options.blockSize.value_or(defaultBlockSize))
    , m_inputFd(STDIN_FILENO)
    , m_outputFd(STDOUT_FILENO)
    , m_input(QSocketNotifier::Read)
{
    m_stream.setNativeFileName(options.fileName);
    m_stream.setWindow(options.window, m_blockSize);
    m_stream.setReadBufferSize(mostUnwritten);
    m_stream.setFileMonitoring(options.fileMonitoring);
    if (options.sleepInterval)
        m_stream.setSleepInterval(*options.sleepInterval);
    connectStream();
    connect(&m_input, &QSocketNotifier::activated, this, &StreamCommand::readInput);
}

void StreamCommand::connectStream()
{
    connect(&m_stream, &QIODevice::readyRead, this, &StreamCommand::writeOutput);
    connect(&m_stream, &QIODevice::readChannelFinished, this, &StreamCommand::writeOutput);
    connect(&m_stream, &QIODevice::bytesWritten, this,
            [this] { m_input.setEnabled(m_input.socket() >= 0 && m_stream.bytesToWrite() < mostWaiting); });
    connect(&m_stream, &FileBus::Stream::connected, this,
            [this] { qCInfo(logCli).noquote() << tr("connected to %1").arg(m_stream.peer()); });
    connect(&m_stream, &FileBus::Stream::peerLost, this, &StreamCommand::reportPeerLost);
    connect(&m_stream, &FileBus::Stream::errorOccurred, this, &StreamCommand::noteError);
    connect(&m_stream, &FileBus::Stream::disconnected, this, [this] {
        m_disconnected = true;
        if (hasUnreadInput())
            refuseInput(tr("the other side has disconnected; the rest of the input was not sent"));
        writeOutput();
        endWhenAllIsDone();
    });
}

void StreamCommand::start()
{
    const bool isJoined = !m_options.joinedCommand.isEmpty();
    for (const QString &problem : {StandardStreams::inputProblem(), StandardStreams::outputProblem()}) {
        if (!isJoined && !problem.isEmpty())
            return fail(ExitStatus::inputOutput, problem);
    }
    std::signal(SIGPIPE, isJoined ? SIG_IGN : SIG_DFL);
    if (!m_stream.open() || (isJoined && !startCommand()))
        return;
    m_output = std::make_unique<OutputWriter>(m_outputFd);
    connect(m_output.get(), &OutputWriter::hasRoom, this, &StreamCommand::writeOutput);
    m_input.setSocket(m_inputFd);
    m_input.setEnabled(true);
}

bool StreamCommand::startCommand()
{
    m_process = std::make_unique<JoinedProcess>(m_options.joinedCommand);
    connect(m_process.get(), &QProcess::finished, this, &StreamCommand::endWhenAllIsDone);
    if (m_process->begin()) {
        m_inputFd = m_process->outputFd();
        m_outputFd = m_process->inputFd();
        return true;
    }
    fail(ExitStatus::inputOutput,
         tr("cannot start %1: %2").arg(QFile::decodeName(m_options.joinedCommand.constFirst()), m_process->errorString()));
    m_stream.abort();
    return false;
}

// The input is readable, so one read(2) does not block.
void StreamCommand::readInput()
{
    QByteArray bytes(m_blockSize, Qt::Uninitialized);
    const ssize_t count = ::read(m_inputFd, bytes.data(), static_cast<size_t>(bytes.size()));
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (count < 0) {
        m_input.setEnabled(false);
        return fail(ExitStatus::inputOutput, tr("cannot read the input: %1").arg(QString::fromLocal8Bit(std::strerror(errno))));
    }
    if (count == 0) {
        m_input.setEnabled(false);
        m_input.setSocket(-1);
        return m_stream.closeWriteChannel();
    }
    m_stream.write(bytes.constData(), count);
    m_stream.flush();
    if (m_stream.bytesToWrite() >= mostWaiting)
        m_input.setEnabled(false);
}

// Bytes leave the stream only once they are written; the rest stays there for a successor.
void StreamCommand::writeOutput()
{
    while (m_output && m_stream.bytesAvailable() > 0) {
        const QByteArray bytes = m_stream.peek(m_blockSize);
        const qint64 written = m_discarding ? bytes.size() : m_output->write(bytes);
        if (written < 0)
            return failToWrite();
        if (written == 0)
            return;
        m_stream.skip(written);
    }
    if (m_output && m_stream.bytesAvailable() == 0 && (m_stream.isReadChannelFinished() || m_disconnected))
        endOutput();
}

// A command may stop reading when it has all it wants; the rest is then discarded.
void StreamCommand::failToWrite()
{
    if (m_process && errno == EPIPE) {
        m_discarding = true;
        return writeOutput();
    }
    fail(ExitStatus::inputOutput, tr("cannot write the output: %1").arg(QString::fromLocal8Bit(std::strerror(errno))));
}

// The reader of the output sees its end, while the other direction may continue.
void StreamCommand::endOutput()
{
    m_output.reset();
    if (m_process)
        return m_process->closeInput();
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0)
        return;
    ::dup2(nowhere, STDOUT_FILENO);
    ::close(nowhere);
}

void StreamCommand::noteError(FileBus::Error error, const QString &message)
{
    if (error == FileBus::Error::PeerClosed)
        return refuseInput(message);
    if (error == FileBus::Error::BufferFull) // the other side waits until the output has room, as it should
        return;
    if (m_stream.state() != FileBus::Stream::UnconnectedState)
        return Messages::print(message);
    stopInput();
    fail(ExitStatus::of(error), message);
}

// Data that the other side sent before is still printed.
void StreamCommand::refuseInput(const QString &why)
{
    stopInput();
    Messages::print(why);
    m_status = ExitStatus::unavailable;
}

void StreamCommand::stopInput()
{
    m_input.setEnabled(false);
    m_input.setSocket(-1);
    if (m_process)
        m_process->closeOutput();
}

bool StreamCommand::hasUnreadInput() const
{
    int bytes = 0;
    return m_input.socket() >= 0 && ::ioctl(m_inputFd, FIONREAD, &bytes) == 0 && bytes > 0;
}

void StreamCommand::reportPeerLost(const QString &peer)
{
    if (m_options.waitForPeer)
        return Messages::print(
            tr("the process on the other side, %1, died before the end of its stream; waiting for a successor").arg(peer));
    stopInput();
    fail(ExitStatus::unavailable, tr("the process on the other side, %1, died before the end of its stream").arg(peer));
    m_stream.abort();
}

void StreamCommand::endWhenAllIsDone()
{
    if (!m_disconnected || m_output)
        return;
    if (m_status != ExitStatus::success || !m_process)
        Q_EMIT finished(m_status);
    else if (m_process->state() == QProcess::NotRunning)
        Q_EMIT finished(m_process->status());
}
