// SPDX-License-Identifier: Apache-2.0
#include "consumercommand.h"

#include "exitstatus.h"
#include "figures.h"
#include "messages.h"
#include "standardstreams.h"
#include "terminationsignals.h"

#include <filebus/busaddress.h>

#include <QtCore/QFile>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <unistd.h>

using namespace std::chrono_literals;

namespace
{

// Errors that keep a consumer from ever seeing a chunk. All others may be temporary.
bool isHopeless(FileBus::Error error)
{
    return error == FileBus::Error::NotARegularFile || error == FileBus::Error::PermissionDenied
        || error == FileBus::Error::InvalidName;
}

} // namespace

ConsumerCommand::ConsumerCommand(const Options &options)
    : m_options(options)
    , m_output(QSocketNotifier::Exception)
{
    m_consumer.setNativeFileName(options.fileName);
    m_consumer.setFileMonitoring(options.fileMonitoring);
    if (options.sleepInterval)
        m_consumer.setSleepInterval(*options.sleepInterval);
    setTurn();
    m_consumer.setLossless(options.lossless);
    m_consumer.setSubscription(QFile::decodeName(options.name));
    m_consumer.setFormat(options.format);
    startFrom();
    connectConsumer();
    connect(&m_output, &QSocketNotifier::activated, this, &ConsumerCommand::endIfReaderIsGone);
    if (options.timeout)
        m_timeout.setInterval(*options.timeout);
    connect(&m_timeout, &QTimer::timeout, this, &ConsumerCommand::stopWaiting);
    if (options.progress)
        m_progress.emplace().setLossKnowledge([this] { return m_consumer.lossKnowledge(); });
}

// Timers run only between two turns. poll(2) always reports a regular file as ready, so only a pipe or socket can interrupt a
// turn.
void ConsumerCommand::setTurn()
{
    std::chrono::milliseconds length = 2s;
    if (m_options.timeout)
        length = std::clamp<std::chrono::milliseconds>(*m_options.timeout / 20, 1ms, length);
    if (m_options.progress)
        length = std::min<std::chrono::milliseconds>(200ms, length);
    QList<int> interrupts{TerminationSignals::descriptor()};
    if (StandardStreams::hasReader(STDOUT_FILENO))
        interrupts.append(STDOUT_FILENO);
    m_consumer.setTurn(length, interrupts);
}

void ConsumerCommand::startFrom()
{
    switch (m_options.from) {
    case Options::From::Last:
        return m_consumer.setStart(FileBus::Consumer::Start::Last);
    case Options::From::New:
        return m_consumer.setStart(FileBus::Consumer::Start::New);
    case Options::From::All:
        return m_consumer.setStart(FileBus::Consumer::Start::All);
    case Options::From::Sequence:
        return m_consumer.setStartSequence(m_options.fromSequence);
    }
}

void ConsumerCommand::connectConsumer()
{
    connect(&m_consumer, &FileBus::Consumer::chunkReceived, this, &ConsumerCommand::print);
    connect(&m_consumer, &FileBus::Consumer::chunksLost, this, &ConsumerCommand::reportLoss);
    connect(&m_consumer, &FileBus::Consumer::ended, this, &ConsumerCommand::end);
    connect(&m_consumer, &FileBus::Consumer::errorOccurred, this, &ConsumerCommand::report);
    connect(&m_consumer, &FileBus::Consumer::reasonForPollingChanged, this, [](const QString &reason) {
        qCInfo(logCli).noquote() << (reason.isEmpty() ? tr("file system events announce new chunks")
                                                      : tr("polling: %1").arg(reason));
    });
}

ConsumerCommand::~ConsumerCommand()
{
    m_lossWarning.flush();
    m_progress.reset();
    const QString lost = Figures::lost(m_consumer.lostChunks(), m_consumer.lossKnowledge());
    const QString summary =
        tr("received %1, %2 bytes; lost: %3").arg(Figures::chunks(m_consumer.receivedChunks()), QString::number(m_bytes), lost);
    if (m_consumer.lostChunks() > 0)
        Messages::print(summary);
    else
        qCInfo(logCli).noquote() << summary;
}

void ConsumerCommand::start()
{
    if (const QString problem = StandardStreams::outputProblem(); !problem.isEmpty())
        return fail(ExitStatus::inputOutput, problem);
    std::signal(SIGPIPE, SIG_DFL); // some parents ignore it, and children inherit that
    StandardStreams::widenPipe(STDOUT_FILENO);
    m_output.setSocket(STDOUT_FILENO);
    m_output.setEnabled(true);
    qCInfo(logCli).noquote() << tr("printing what is published on %1").arg(FileBus::displayAddress(m_consumer.nativeFileName()));
    if (m_options.timeout)
        m_timeout.start();
    if (m_progress)
        m_progress->start();
    m_consumer.start();
}

void ConsumerCommand::print(const FileBus::Chunk &chunk)
{
    if (logCli().isInfoEnabled()) {
        if (const QString publisher = m_publishers.firstTime(chunk); !publisher.isEmpty())
            qCInfo(logCli).noquote() << publisher;
    }
    qCDebug(logCli).noquote()
        << tr("chunk %1, %2 bytes").arg(QString::number(chunk.sequence()), QString::number(chunk.payload().size()));
    if (!StandardStreams::writeAll(STDOUT_FILENO, chunk.payload())) {
        m_consumer.stop();
        if (errno != EINTR) // on EINTR a signal ends the program, through the event loop
            fail(ExitStatus::inputOutput,
                 tr("cannot write to standard output: %1").arg(QString::fromLocal8Bit(std::strerror(errno))));
        return;
    }
    m_bytes += static_cast<quint64>(chunk.payload().size());
    m_isUnreachable = false;
    if (m_progress)
        m_progress->chunk(chunk);
    if (m_options.timeout)
        m_timeout.start();
    if (m_consumer.receivedChunks() == m_options.count)
        end();
}

void ConsumerCommand::end()
{
    m_consumer.acknowledge();
    m_consumer.stop();
    Q_EMIT finished(ExitStatus::success);
}

void ConsumerCommand::reportLoss(quint64 firstSequence, quint64 count)
{
    m_lossWarning.chunksLost(firstSequence, count);
    if (m_progress)
        m_progress->lost(count);
    if (m_options.failOnLoss) {
        m_consumer.stop();
        Q_EMIT finished(ExitStatus::dataLost);
    }
}

// A chunk may have arrived while the process was stopped, or without an event.
void ConsumerCommand::stopWaiting()
{
    const quint64 before = m_consumer.receivedChunks();
    m_consumer.look();
    if (!m_consumer.isRunning() || m_consumer.receivedChunks() > before)
        return;
    const double seconds = std::chrono::duration<double>(m_timeout.intervalAsDuration()).count();
    m_consumer.stop();
    m_timeout.stop();
    fail(m_isUnreachable ? ExitStatus::unavailable : ExitStatus::temporaryFailure,
         tr("no chunk arrived on %1 for %2 s")
             .arg(FileBus::displayAddress(m_consumer.nativeFileName()), QString::number(seconds)));
}

void ConsumerCommand::report(FileBus::Error error, const QString &message)
{
    const bool gaveUp = !m_consumer.isRunning();
    if (gaveUp || (isHopeless(error) && m_consumer.receivedChunks() == 0)) {
        m_consumer.stop();
        return fail(ExitStatus::of(error), message);
    }
    m_isUnreachable = error == FileBus::Error::Unreachable;
    Messages::print(message);
}

// On an idle bus nothing is written, so there would never be a SIGPIPE.
void ConsumerCommand::endIfReaderIsGone()
{
    if (StandardStreams::readerIsGone(STDOUT_FILENO))
        std::raise(SIGPIPE);
    m_output.setEnabled(false);
}
