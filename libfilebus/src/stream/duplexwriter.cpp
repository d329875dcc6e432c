// SPDX-License-Identifier: Apache-2.0
#include "stream/duplexwriter.h"

#include <filebus/error.h>

#include <algorithm>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

DuplexWriter::DuplexWriter(QObject *parent)
    : QObject(parent)
{ }

void DuplexWriter::setWindow(quint64 chunks, qsizetype blockSize)
{
    m_window = chunks;
    m_blockSize = blockSize;
}

void DuplexWriter::setFileMonitoring(bool enabled)
{
    if (m_producer)
        m_producer->setFileMonitoring(enabled);
}

void DuplexWriter::setSleepInterval(std::chrono::milliseconds interval)
{
    if (m_producer)
        m_producer->setSleepInterval(interval);
}

void DuplexWriter::reset()
{
    clear();
    m_published = m_reported = 0;
    m_progress = Open;
    m_isDrained = false;
    m_failure.reset();
}

Outcome DuplexWriter::begin(const QByteArray &path, const DirectoryAlarm &alarm)
{
    m_producer = std::make_unique<Producer>(this);
    m_producer->setNativeFileName(path);
    m_producer->setLossless(true);
    m_producer->setWindow(m_window);
    m_producer->setHistory(0);
    m_producer->setFileMonitoring(alarm.isFileMonitoring());
    m_producer->setSleepInterval(alarm.interval());
    connect(m_producer.get(), &Producer::published, this, &DuplexWriter::notePublished);
    connect(m_producer.get(), &Producer::drained, this, &DuplexWriter::noteDrained);
    connect(m_producer.get(), &Producer::errorOccurred, this, &DuplexWriter::noteFailure);
    if (m_producer->open())
        return done();
    return Failure{m_producer->error(), m_producer->errorString()};
}

// What the producer has not sent is lost, as Stream::abort() says.
void DuplexWriter::stop()
{
    if (!m_producer)
        return;
    m_producer->disconnect(this);
    m_producer->abort();
    m_producer.reset();
}

void DuplexWriter::clear()
{
    m_toWrite.clear();
    m_inFlight = 0;
}

void DuplexWriter::publishBlock()
{
    const QByteArray block = m_toWrite.first(std::min(m_blockSize, m_toWrite.size()));
    m_toWrite.remove(0, block.size());
    m_inFlight = block.size();
    m_isCalled = true;
    if (!m_producer->publish(block))
        noteFailure();
    m_isCalled = false;
}

qint64 DuplexWriter::takePublished()
{
    return m_published - std::exchange(m_reported, m_published);
}

void DuplexWriter::endIfAllIsPublished()
{
    if (m_progress != Ending || !m_producer || unpublished() > 0)
        return;
    m_progress = Ended;
    m_producer->end();
}

void DuplexWriter::giveUp()
{
    stop();
    clear();
    m_progress = Ended;
    m_isDrained = true;
}

std::optional<Failure> DuplexWriter::takeFailure()
{
    return std::exchange(m_failure, std::nullopt);
}

void DuplexWriter::advance()
{
    if (!isWaiting())
        return;
    m_isCalled = true;
    const bool hasAdvanced = m_inFlight > 0 ? m_producer->waitForPublished(0ms) : m_producer->waitForDrained(0ms);
    m_isCalled = false;
    if (!hasAdvanced && m_producer->error() != Error::ConsumerTimeout && m_producer->error() != Error::LockTimeout)
        noteFailure();
}

void DuplexWriter::notePublished()
{
    m_published += std::exchange(m_inFlight, 0);
    report();
}

void DuplexWriter::noteDrained()
{
    m_isDrained = true;
    report();
}

void DuplexWriter::noteFailure()
{
    m_failure = Failure{m_producer->error(), m_producer->errorString()};
    report();
}

// A caller sees it when the function returns.
void DuplexWriter::report()
{
    if (!m_isCalled)
        Q_EMIT advanced();
}

} // namespace FileBus
