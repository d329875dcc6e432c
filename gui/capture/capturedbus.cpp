// SPDX-License-Identifier: Apache-2.0
#include "capturedbus.h"

#include "pathprobe.h"
#include "timeline.h"

#include <filebus/busstatistics.h>

#include <ratio>
#include <utility>

namespace
{

constexpr qint64 figuresInterval = std::nano::den / 5; // nobody reads figures faster
constexpr qint64 inspectionShare = 20;                 // inspections take at most 1/20 of the time

} // namespace

CapturedBus::CapturedBus(quint64 id, const QByteArray &path, quint64 device, const CaptureBounds &bounds)
    : m_id(id)
    , m_path(path)
    , m_device(device)
    , m_observer(path)
    , m_entries(bounds)
{
    m_observer.consumer().setStart(FileBus::Consumer::Start::All);
    connect(&m_observer, &BusObserver::chunkReceived, this, &CapturedBus::receive);
    connect(&m_observer, &BusObserver::chunksLost, this, &CapturedBus::recordLoss);
    connect(&m_observer, &BusObserver::failed, this, &CapturedBus::announceAtOnce);
    connect(&m_observer.consumer(), &FileBus::Consumer::reasonForPollingChanged, this, &CapturedBus::announce);
}

void CapturedBus::start()
{
    m_observer.start();
    inspect();
}

void CapturedBus::setBounds(const CaptureBounds &bounds)
{
    m_entries.setBounds(bounds);
}

// Older chunks are placed on the time line where they were published.
void CapturedBus::receive(const FileBus::Chunk &chunk, const FileBus::BusStatistics::Instant &now, bool wasBefore)
{
    if (hasMoved())
        return;
    m_wasThere = true;
    const qint64 clockOffset = TimeLine::clockOffset(wasBefore ? m_observer.startedAt() : now);
    keep({.chunk = chunk,
          .when = wasBefore ? chunk.time() - clockOffset : TimeLine::at(now),
          .clockOffset = clockOffset,
          .fromHistory = m_observer.consumer().isFromHistory()});
}

void CapturedBus::recordLoss(quint64 firstSequence, quint64 count)
{
    const auto now = FileBus::BusStatistics::Instant::now();
    keep({.chunk = {},
          .when = TimeLine::at(now),
          .clockOffset = TimeLine::clockOffset(now),
          .lostCount = count,
          .firstLost = firstSequence});
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
    const qint64 second = entry.when / std::nano::den;
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

// Announces news even if the last figures are recent.
void CapturedBus::announceAtOnce()
{
    m_report.takenAt = 0;
    announce();
}

// Inspecting a large history takes long, and must not keep the worker from its other tasks all the time.
void CapturedBus::inspect()
{
    const qint64 begin = TimeLine::at(FileBus::BusStatistics::Instant::now());
    if (begin < m_nextInspection || hasMoved())
        return;
    const FileBus::BusInspection inspection = m_observer.inspect();
    m_report.historyChunks = inspection.historyChunks;
    m_report.historyBytes = inspection.historyBytes;
    m_report.producers = inspection.producers;
    m_report.subscribers = inspection.subscribers;
    m_wasThere = m_wasThere || inspection.newest;
    m_nextInspection = begin + (TimeLine::at(FileBus::BusStatistics::Instant::now()) - begin) * inspectionShare;
    announceAtOnce();
}

// A bus that existed stays with its thread, which knows how far it was read. A bus that moved is read from its beginning by
// another thread, so this one ignores it from now on.
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
    if (!m_observer.problem().isEmpty())
        return {BusState::Failed, m_observer.problem()};
    if (m_observer.exists())
        return {m_wasThere ? BusState::Receiving : BusState::Empty, {}};
    return {m_wasThere ? BusState::Vanished : BusState::Absent, {}};
}

void CapturedBus::refreshFigures()
{
    const auto instant = FileBus::BusStatistics::Instant::now();
    const qint64 now = TimeLine::at(instant);
    if (now - m_report.takenAt < figuresInterval)
        return;
    m_report.takenAt = now;
    m_report.clockOffset = TimeLine::clockOffset(instant);
    m_report.state = state();
    m_report.inspectionProblem = m_observer.inspectionProblem();
    m_report.figures = m_observer.figures(instant);
    m_report.lossKnowledge = m_observer.consumer().lossKnowledge();
    m_report.reasonForPolling = m_observer.consumer().reasonForPolling();
}

BusBatchPointer CapturedBus::takeBatch()
{
    refreshFigures();
    const auto batch = std::make_shared<const BusBatch>(std::exchange(m_entries, ChunkStore(m_entries.bounds())),
                                                        std::exchange(m_activity, {}), m_report);
    m_news = false;
    return batch;
}
