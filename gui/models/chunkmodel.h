// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkfilter.h"
#include "chunkstore.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QCache>
#include <QtCore/QTimer>

#include <deque>

/// The chunks and losses of one bus that are kept and pass the filter. A new filter is applied in short steps, so that neither it
/// nor a flood of chunks blocks the event loop.
class ChunkModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Sequence, Size, Producer, Preview, ColumnCount };
    enum Role { LossRole = Qt::UserRole, RecoveredRole, MatchRole, DetailsRole };
    enum TimeMode { AbsoluteTime, SincePrevious };

    explicit ChunkModel(QObject *parent = nullptr);

    void setBounds(const CaptureBounds &bounds);
    void append(const ChunkStore &newer);
    void clear();
    /// Drops the oldest rows (of a paused model, the oldest waiting ones) until it takes at most @p memory bytes; the newest one
    /// stays only if @p keepNewest.
    void shrinkTo(qint64 memory, bool keepNewest);
    qint64 memory() const { return m_store.memory() + m_waiting.memory(); }

    /// A paused model does not change; appended rows wait, within the same bounds.
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    quint64 waitingChunks() const { return m_waiting.chunks() + m_waiting.droppedChunks(); }

    /// Shows only the rows that pass.
    void setFilter(const ChunkFilter &filter);
    /// Marks the rows that pass (MatchRole); an empty filter marks nothing.
    void setHighlight(const ChunkFilter &filter);
    void setTimeMode(TimeMode mode);
    TimeMode timeMode() const { return m_timeMode; }

    const ChunkStore &store() const { return m_store; }
    bool isFiltering() const { return !m_filter.isEmpty(); }
    /// Whether the filter still has rows to check.
    bool isScanning() const { return m_scanned < m_store.endId(); }

    const ChunkEntry &entry(int row) const { return m_store.at(m_rows[static_cast<size_t>(row)]); }
    /// The first and last row within a part of the time line, in ns since 1970; {-1, -1} if there are none.
    std::pair<int, int> rowsBetween(qint64 begin, qint64 end) const;
    /// The id of a row. Rows move when older ones are dropped, but ids stay.
    quint64 idAt(int row) const { return m_rows[static_cast<size_t>(row)]; }
    /// The row of @p id, or of the next id that is shown.
    int rowFrom(quint64 id) const;
    bool isHighlighted(int row) const { return isMatch(idAt(row)); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// The number of chunks that are kept, shown, waiting or dropped may have changed.
    void countsChanged();

private:
    void dropRows();
    void scan();
    void addRows(const std::vector<quint64> &ids);
    QString text(int row, const ChunkEntry &entry, int column) const;
    QString timeText(int row, const ChunkEntry &entry) const;
    const ChunkEntry *chunkBefore(int row) const; ///< never a loss; null if there is none
    bool isMatch(quint64 id) const;

    ChunkStore m_store;
    ChunkStore m_waiting;
    std::deque<quint64> m_rows; ///< ids of what passed the filter
    quint64 m_scanned = 0;      ///< ids before this one have been filtered
    ChunkFilter m_filter;
    ChunkFilter m_highlight;
    mutable QCache<quint64, bool> m_matches; ///< of the rows shown recently
    TimeMode m_timeMode = AbsoluteTime;
    bool m_paused = false;
    QTimer m_nextScan;
};
