// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busbatch.h"
#include "busobserver.h"

/// One bus in the worker thread. Collects what its consumer reports until the next batch is taken.
class CapturedBus : public QObject
{
    Q_OBJECT
public:
    /// @p device: the number of the file system of @p path, see fileSystemOf(); 0 if that does not matter.
    CapturedBus(quint64 id, const QByteArray &path, quint64 device, const CaptureBounds &bounds);

    quint64 id() const { return m_id; }
    void start();
    void setBounds(const CaptureBounds &bounds);

    /// Inspects the files of the bus.
    void inspect();
    /// Whether anything is new since the last batch.
    bool hasNews() const { return m_news; }
    BusBatchPointer takeBatch();
    /// The memory that waits to be taken, and how to reduce it.
    qint64 memory() const { return m_entries.memory(); }
    void shrinkTo(qint64 memory, bool keepNewest) { m_entries.shrinkTo(memory, keepNewest); }

Q_SIGNALS:
    void newsArrived();
    /// A row was added that takes @p memory bytes.
    void grew(qint64 memory);
    /// The bus has never existed, and its path now leads to another file system.
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
