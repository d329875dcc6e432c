// SPDX-License-Identifier: Apache-2.0
#include "capturedbus.h"

#include "pathprobe.h"
#include "timeline.h"

#include <cerrno>
#include <sys/stat.h>

namespace
{

constexpr qint64 figuresInterval = TimeLine::second / 5; // nobody reads faster
constexpr qint64 inspectionShare = 20;                   // of the time at most one part is spent on inspections

bool exists(const QByteArray &path)
{
    struct stat status;
    return ::lstat(path.constData(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

} // namespace

CapturedBus::CapturedBus(quint64 id, const QByteArray &path, quint64 device, const CaptureBounds &bounds)
    : m_id(id)
    , m_path(path)
    , m_device(device)
    , m_entries(bounds)
{
    m_consumer.setNativeFileName(path);
    m_consumer.setStart(FileBus::Consumer::Start::All);
    connectConsumer();
}

void CapturedBus::connectConsumer()
{
    connect(&m_consumer, &FileBus::Consumer::chunkReceived, this, &CapturedBus::receive);
    connect(&m_consumer, &FileBus::Consumer::chunksLost, this, &CapturedBus::recordLoss);
    connect(&m_consumer, &FileBus::Consumer::errorOccurred, this,
            [this](FileBus::Error, const QString &message) { recordFailure(message); });
    connect(&m_consumer, &FileBus::Consumer::reasonForPollingChanged, this, &CapturedBus::announce);
}

void CapturedBus::start()
{
    const FileBus::BusStatistics::Instant now = thisInstant();
    m_startedAt = now.time;
    m_clockOffset = TimeLine::clockOffset(now);
    m_statistics.begin(now);
    m_consumer.start();
    inspect();
}

void CapturedBus::setBounds(const CaptureBounds &bounds)
{
    m_entries.setBounds(bounds);
}

void CapturedBus::receive(const FileBus::Chunk &chunk)
{
    if (hasMoved())
        return;
    const FileBus::BusStatistics::Instant now = thisInstant();
    const bool fromHistory = m_consumer.isFromHistory();
    const bool isOld = m_catchingUp && chunk.time() > 0 && chunk.time() < m_startedAt;
    m_catchingUp = isOld;
    if (!isOld || !fromHistory)
        m_statistics.chunkReceived(chunk, now);
    m_failure.clear();
    m_exists = m_wasThere = true;
    if (isOld)
        keep({.chunk = chunk, .when = chunk.time() - m_clockOffset, .clockOffset = m_clockOffset, .fromHistory = fromHistory});
    else
        keep({.chunk = chunk, .when = TimeLine::at(now), .clockOffset = TimeLine::clockOffset(now), .fromHistory = fromHistory});
}

void CapturedBus::recordLoss(quint64 firstSequence, quint64 count)
{
    m_statistics.chunksLost(count);
    const FileBus::BusStatistics::Instant now = thisInstant();
    keep({.chunk = {},
          .when = TimeLine::at(now),
          .clockOffset = TimeLine::clockOffset(now),
          .lostCount = count,
          .firstLost = firstSequence});
}

void CapturedBus::recordFailure(const QString &message)
{
    m_failure = message;
    m_exists = true;
    m_report.takenAt = 0;
    announce();
}

void CapturedBus::keep(const ChunkEntry &entry)
{
    addActivity(entry);
    m_entries.append(entry);
    Q_EMIT grew(entry.memory());
    announce();
}

void CapturedBus::addActivity(const ChunkEntry &entry)
{
    const qint64 second = entry.when / TimeLine::second;
    if (m_activity.isEmpty() || m_activity.last().second != second)
        m_activity.append({.second = second});
    Activity &activity = m_activity.last();
    activity.chunks += entry.chunks();
    activity.bytes += static_cast<quint64>(entry.chunk.payload().size());
    activity.lost += entry.lostCount;
}

void CapturedBus::announce()
{
    if (std::exchange(m_news, true))
        return;
    Q_EMIT newsArrived();
}

// A large history takes long to inspect; what waits for the worker must not wait for that all the time.
void CapturedBus::inspect()
{
    const qint64 begin = TimeLine::at(thisInstant());
    if (begin < m_nextInspection || hasMoved())
        return;
    const FileBus::BusInspection inspection = FileBus::BusInspection::of(m_path);
    m_report.historyChunks = inspection.historyChunks;
    m_report.historyBytes = inspection.historyBytes;
    m_report.producers = inspection.producers;
    m_report.subscribers = inspection.subscribers;
    m_exists = exists(m_path);
    m_wasThere = m_wasThere || inspection.newest;
    if (inspection.newest || !m_exists)
        m_failure.clear();
    m_nextInspection = begin + (TimeLine::at(thisInstant()) - begin) * inspectionShare;
    m_report.takenAt = 0;
    announce();
}

// One that was there stays with the thread that knows where it was. One that moves is read from its beginning elsewhere, so here
// nothing more counts.
bool CapturedBus::hasMoved()
{
    if (m_wasThere || m_device == 0 || m_moved)
        return m_moved;
    const quint64 device = fileSystemOf(m_path);
    m_moved = device != m_device;
    if (m_moved)
        Q_EMIT moved(device);
    return m_moved;
}

BusState CapturedBus::state() const
{
    if (!m_failure.isEmpty())
        return {BusState::Failed, m_failure};
    if (m_exists)
        return {m_wasThere ? BusState::Receiving : BusState::Empty, {}};
    return {m_wasThere ? BusState::Vanished : BusState::Absent, {}};
}

void CapturedBus::refreshFigures()
{
    const FileBus::BusStatistics::Instant instant = thisInstant();
    const qint64 now = TimeLine::at(instant);
    if (now - m_report.takenAt < figuresInterval)
        return;
    m_report.takenAt = now;
    m_report.clockOffset = TimeLine::clockOffset(instant);
    m_report.state = state();
    m_report.figures = m_statistics.figures(instant);
    m_report.lossKnowledge = m_consumer.lossKnowledge();
    m_report.reasonForPolling = m_consumer.reasonForPolling();
}

BusBatchPointer CapturedBus::takeBatch()
{
    refreshFigures();
    const auto batch = std::make_shared<const BusBatch>(std::exchange(m_entries, ChunkStore(m_entries.bounds())),
                                                        std::exchange(m_activity, {}), m_report);
    m_news = false;
    return batch;
}
