// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"

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
    void connectConsumer();
    void receive(const FileBus::Chunk &chunk);
    void recordLoss(quint64 firstSequence, quint64 count);
    void recordFailure(const QString &message);
    void addActivity(const ChunkEntry &entry);
    void keep(const ChunkEntry &entry);
    void announce();
    bool hasMoved();
    void refreshFigures();
    BusState state() const;

    quint64 m_id;
    QByteArray m_path;
    quint64 m_device;
    FileBus::Consumer m_consumer;
    FileBus::BusStatistics m_statistics;
    ChunkStore m_entries;
    QList<Activity> m_activity;
    BusReport m_report;
    QString m_failure;
    qint64 m_startedAt = 0;   ///< by the clock, as chunks tell their times
    qint64 m_clockOffset = 0; ///< of that moment
    qint64 m_nextInspection = 0;
    bool m_catchingUp = true; ///< so far, all was published before the capture began
    bool m_exists = false;
    bool m_wasThere = false;
    bool m_moved = false;
    bool m_news = true;
};
