// SPDX-License-Identifier: Apache-2.0
#include "busobserver.h"

#include <filebus/busaddress.h>

#include <cerrno>
#include <sys/stat.h>
#include <utility>

namespace
{

bool isAnythingAt(const QByteArray &path)
{
    struct stat status;
    return ::lstat(path.constData(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

// On a cluster only the servers know, and if they do not say, there may be something.
bool isAnythingAt(const QByteArray &path, const FileBus::BusInspection &inspection)
{
    if (!FileBus::isClusterAddress(path))
        return isAnythingAt(path);
    return inspection.historyChunks > 0 || inspection.error != FileBus::Error::NoError;
}

// A bus that is mounted as a single file can be read, and one with too long a name may be absent; both stay a problem.
bool isOfPlace(FileBus::Error error, bool exists)
{
    return error == FileBus::Error::InvalidName || (error == FileBus::Error::NotARegularFile && exists);
}

} // namespace

BusObserver::BusObserver(const QByteArray &path)
    : m_path(path)
{
    m_consumer.setNativeFileName(path);
    connect(&m_consumer, &FileBus::Consumer::chunkReceived, this, &BusObserver::receive);
    connect(&m_consumer, &FileBus::Consumer::chunksLost, this, &BusObserver::countLoss);
    connect(&m_consumer, &FileBus::Consumer::errorOccurred, this, &BusObserver::fail);
}

void BusObserver::start()
{
    m_startedAt = Instant::now();
    m_statistics.begin(m_startedAt);
    m_consumer.start();
}

void BusObserver::receive(const FileBus::Chunk &chunk)
{
    const Instant now = Instant::now();
    m_catchingUp = m_catchingUp && chunk.time() > 0 && chunk.time() < m_startedAt.time;
    if (!m_catchingUp || !m_consumer.isFromHistory())
        m_statistics.chunkReceived(chunk, now);
    m_problem.clear();
    m_exists = true;
    Q_EMIT chunkReceived(chunk, now, m_catchingUp);
}

void BusObserver::countLoss(quint64 firstSequence, quint64 count)
{
    m_statistics.chunksLost(count);
    Q_EMIT chunksLost(firstSequence, count);
}

void BusObserver::fail(FileBus::Error error, const QString &message)
{
    m_error = error;
    m_problem = message;
    m_exists = true;
    Q_EMIT failed();
}

// The consumer reports a problem once, and its end only with the next chunk. The inspection notices the end of any problem except
// one of the place itself.
FileBus::BusInspection BusObserver::inspect()
{
    const FileBus::BusInspection inspection = FileBus::BusInspection::of(m_path);
    m_inspectionProblem = inspection.errorString;
    m_exists = isAnythingAt(m_path, inspection);
    const bool isReadable = inspection.newest || !m_exists;
    const bool wasReadable = std::exchange(m_wasReadable, isReadable);
    if (isReadable && (!wasReadable || !isOfPlace(m_error, m_exists)))
        m_problem.clear();
    return inspection;
}

// If the bus itself is the problem, the inspection only repeats it in other words.
QString BusObserver::inspectionProblem() const
{
    return m_problem.isEmpty() ? m_inspectionProblem : QString();
}
