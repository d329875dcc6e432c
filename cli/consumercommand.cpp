// SPDX-License-Identifier: Apache-2.0
#include "consumercommand.h"

#include "exitstatus.h"
#include "messages.h"
#include "standardstreams.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

namespace
{

// What keeps a consumer from ever seeing a chunk. Anything else may pass.
bool isHopeless(FileBus::Error error)
{
    return error == FileBus::Error::NotARegularFile || error == FileBus::Error::PermissionDenied;
}

} // namespace

ConsumerCommand::ConsumerCommand(const Options &options)
    : m_output(QSocketNotifier::Exception)
{
    m_consumer.setNativeFileName(options.fileName);
    m_consumer.setFileMonitoring(options.fileMonitoring);
    m_consumer.setSleepInterval(options.sleepInterval);
    connect(&m_consumer, &FileBus::Consumer::chunkReceived, this, &ConsumerCommand::print);
    connect(&m_consumer, &FileBus::Consumer::errorOccurred, this, &ConsumerCommand::report);
    connect(&m_consumer, &FileBus::Consumer::chunksLost, this, [](quint64 first, quint64 count) {
        qCInfo(logCli).noquote() << tr("lost %1 chunks from %2 on").arg(count).arg(first);
    });
    connect(&m_consumer, &FileBus::Consumer::reasonForPollingChanged, this, [](const QString &reason) {
        qCInfo(logCli).noquote() << (reason.isEmpty() ? tr("file system events announce chunks") : tr("polling: %1").arg(reason));
    });
    connect(&m_output, &QSocketNotifier::activated, this, &ConsumerCommand::endIfReaderIsGone);
}

ConsumerCommand::~ConsumerCommand()
{
    qCInfo(logCli).noquote() << tr("received %1 chunks, %2 bytes; lost %3 chunks")
                                    .arg(m_consumer.receivedChunks())
                                    .arg(m_bytes)
                                    .arg(m_consumer.lostChunks());
}

void ConsumerCommand::start()
{
    if (const QString problem = StandardStreams::outputProblem(); !problem.isEmpty())
        return fail(ExitStatus::inputOutput, problem);
    std::signal(SIGPIPE, SIG_DFL); // some parents ignore it, and their children with them
    m_output.setSocket(STDOUT_FILENO);
    m_output.setEnabled(true);
    qCInfo(logCli).noquote() << tr("printing what is published on %1").arg(m_consumer.fileName());
    m_consumer.start();
}

void ConsumerCommand::print(const FileBus::Chunk &chunk)
{
    m_bytes += static_cast<quint64>(chunk.payload().size());
    qCDebug(logCli).noquote() << tr("chunk %1 of %2 bytes").arg(chunk.sequence()).arg(chunk.payload().size());
    if (StandardStreams::writeAll(STDOUT_FILENO, chunk.payload()))
        return;
    m_consumer.stop();
    if (errno == EINTR) // told to end: the signal itself says so to the event loop
        return;
    fail(ExitStatus::inputOutput, tr("standard output cannot be written: %1").arg(QString::fromLocal8Bit(std::strerror(errno))));
}

void ConsumerCommand::report(FileBus::Error error, const QString &message)
{
    if (isHopeless(error) && m_consumer.receivedChunks() == 0) {
        m_consumer.stop();
        return fail(ExitStatus::of(error), message);
    }
    Messages::print(message);
}

// On an idle bus nothing is written, so no SIGPIPE would ever tell.
void ConsumerCommand::endIfReaderIsGone()
{
    if (StandardStreams::readerIsGone(STDOUT_FILENO))
        std::raise(SIGPIPE);
    m_output.setEnabled(false);
}
