// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"
#include "busobserver.h"

/// One bus in the worker thread: collects what its consumer reports, until it is taken as a batch.
class CapturedBus : public QObject
{
    Q_OBJECT
public:
    /// @p device: number of the file system of @p path, as fileSystemOf() tells it; 0 if that does not matter.
    CapturedBus(quint64 id, const QByteArray &path, quint64 device, const CaptureBounds &bounds);

    quint64 id() const { return m_id; }
    void start();
    void setBounds(const CaptureBounds &bounds);

    /// Looks at what lies on the disk.
    void inspect();
    /// Whether there is something that is not in a batch yet.
    bool hasNews() const { return m_news; }
    BusBatchPointer takeBatch();
    /// What waits to be taken, and how to make it less.
    qint64 memory() const { return m_entries.memory(); }
    void shrinkTo(qint64 memory, bool keepNewest) { m_entries.shrinkTo(memory, keepNewest); }

Q_SIGNALS:
    void newsArrived();
    /// There is one more row, of so much memory.
    void grew(qint64 memory);
    /// It was never there, and by now its path leads to another file system.
    void moved(quint64 device);

private:
    void receive(const FileBus::Chunk &chunk, const FileBus::BusStatistics::Instant &now, bool wasBefore);
    void recordLoss(quint64 firstSequence, quint64 count);
    void addActivity(const ChunkEntry &entry);
    void keep(const ChunkEntry &entry);
    void announce();
    void announceAtOnce();
    bool hasMoved();
    void refreshFigures();
    BusState state() const;

    quint64 m_id;
    QByteArray m_path;
    quint64 m_device;
    BusObserver m_observer;
    ChunkStore m_entries;
    QList<Activity> m_activity;
    BusReport m_report;
    qint64 m_nextInspection = 0;
    bool m_wasThere = false;
    bool m_moved = false;
    bool m_news = true;
};
