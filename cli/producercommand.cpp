// SPDX-License-Identifier: Apache-2.0
#include "producercommand.h"

#include "exitstatus.h"
#include "figures.h"
#include "messages.h"
#include "standardstreams.h"
#include "terminationsignals.h"

#include <filebus/busaddress.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <unistd.h>

using namespace std::chrono_literals;

namespace
{
constexpr auto longestTurn = 1s;    // then timers run, however fast the input arrives
constexpr auto longestWait = 100ms; // for input; then the event loop waits, which costs more per chunk
} // namespace

ProducerCommand::ProducerCommand(const Options &options)
    : m_buffer(options.blockSize.value_or(StandardStreams::usualChunkSize), options.lines)
    , m_gather(options.gather)
    , m_paces(!options.lossless && !options.blockSize)
    , m_input(QSocketNotifier::Read)
{
    m_producer.setNativeFileName(options.fileName);
    m_producer.setFormat(options.format.value_or(FileBus::Format::Tar));
    m_producer.setLockTimeout(options.lockTimeout);
    m_producer.setLossless(options.lossless);
    m_producer.setAwaitedConsumers(options.waitConsumers);
    m_producer.setWindow(options.window);
    m_producer.setFileMonitoring(options.fileMonitoring);
    if (options.sleepInterval)
        m_producer.setSleepInterval(*options.sleepInterval);
    m_producer.setHistory(options.history, options.historyBytes);
    if (options.progress)
        m_progress.emplace();
    connect(&m_producer, &FileBus::Producer::published, this, &ProducerCommand::continueWhenPublished);
    if (options.lossless && options.drain)
        connect(&m_producer, &FileBus::Producer::drained, this, &ProducerCommand::finish);
    else
        connect(&m_producer, &FileBus::Producer::ended, this, &ProducerCommand::finish);
    connect(&m_producer, &FileBus::Producer::errorOccurred, this,
            [this](FileBus::Error error, const QString &message) { fail(ExitStatus::of(error), message); });
    connect(&m_input, &QSocketNotifier::activated, this, &ProducerCommand::readInput);
}

// Pending chunks are dropped: the program was interrupted or has reported an error, so the user knows.
ProducerCommand::~ProducerCommand()
{
    m_producer.abort();
}

void ProducerCommand::start()
{
    if (const QString problem = StandardStreams::inputProblem(); !problem.isEmpty())
        return fail(ExitStatus::inputOutput, problem);
    if (!open())
        return fail(ExitStatus::of(m_producer.error()), m_producer.errorString());
    qCInfo(logCli).noquote() << tr("publishing standard input on %1").arg(FileBus::displayAddress(m_producer.nativeFileName()));
    if (m_progress)
        m_progress->start();
    StandardStreams::widenPipe(STDIN_FILENO);
    m_input.setSocket(STDIN_FILENO);
    m_input.setEnabled(true);
}

// It may wait for servers as long as for a lock. What it makes on a file, it completes.
bool ProducerCommand::open()
{
    std::optional<TerminationSignals::EndAtOnce> whileWaiting;
    if (FileBus::isClusterAddress(m_producer.nativeFileName()))
        whileWaiting.emplace();
    return m_producer.open();
}

void ProducerCommand::readInput()
{
    const QDeadlineTimer end(longestTurn, Qt::PreciseTimer);
    while (readOnce() && !end.hasExpired() && TerminationSignals::caught() == 0
           && StandardStreams::isReadable(STDIN_FILENO, longestWait)) { }
}

// False if there is no point in reading on now.
bool ProducerCommand::readOnce()
{
    // After poll(2) has reported input, one read(2) does not block, so a shared descriptor need not be made nonblocking.
    const ssize_t count = ::read(STDIN_FILENO, m_buffer.space(), static_cast<size_t>(m_buffer.room()));
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return false;
    if (count < 0) {
        m_input.setEnabled(false);
        fail(ExitStatus::inputOutput, tr("cannot read standard input: %1").arg(QString::fromLocal8Bit(std::strerror(errno))));
        return false;
    }
    m_buffer.added(count);
    const bool atEnd = count == 0;
    if (!atEnd && moreIsGathered())
        return true;
    if (const QByteArray chunk = atEnd ? m_buffer.takeRest() : m_buffer.takeChunk(); !chunk.isEmpty())
        publish(chunk);
    m_atEnd = atEnd; // set last: continueWhenPublished() must not end the producer as well
    if (m_atEnd)
        end();
    return !m_atEnd && !m_failed && m_producer.pendingChunks() == 0;
}

// True if there is more input for the current chunk. Under load, one chunk per write would be more than consumers can follow:
// they would depend on the history and lose what leaves it. Input that arrives after a pause does not wait. A full chunk does
// wait, unless the user chose the block size or lossless consumers hold the producer back anyway.
bool ProducerCommand::moreIsGathered() const
{
    const std::chrono::nanoseconds left = m_gathering.remainingTimeAsDuration();
    if (m_buffer.room() > 0)
        return left > 0ns && StandardStreams::isReadable(STDIN_FILENO, left);
    if (m_paces)
        StandardStreams::pause(left);
    return false;
}

void ProducerCommand::publish(const QByteArray &chunk)
{
    m_gathering = QDeadlineTimer(m_gather, Qt::PreciseTimer);
    if (!m_producer.publish(chunk)) {
        m_failed = true;
        m_input.setEnabled(false);
        return fail(ExitStatus::of(m_producer.error()), m_producer.errorString());
    }
    ++m_chunks;
    m_bytes += static_cast<quint64>(chunk.size());
    if (m_progress)
        m_progress->chunk(FileBus::Chunk(chunk));
    qCDebug(logCli).noquote() << tr("read %1 bytes from standard input").arg(chunk.size());
    if (m_producer.pendingChunks() > 0)
        m_input.setEnabled(false); // until the lock is free; the input stays in the pipe
}

void ProducerCommand::continueWhenPublished()
{
    if (m_producer.pendingChunks() > 0)
        return;
    if (m_atEnd)
        end();
    else
        m_input.setEnabled(m_input.socket() >= 0);
}

void ProducerCommand::end()
{
    m_input.setEnabled(false);
    if (!m_failed && m_producer.pendingChunks() == 0)
        m_producer.end();
}

void ProducerCommand::finish()
{
    qCInfo(logCli).noquote() << tr("published %1, %2 bytes").arg(Figures::chunks(m_chunks), QString::number(m_bytes));
    Q_EMIT finished(ExitStatus::success);
}
