// SPDX-License-Identifier: Apache-2.0
#include "chunkmodel.h"

#include "chunktext.h"
#include "plaintext.h"

#include <QtCore/QDeadlineTimer>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr auto longestScan = 8ms; // then the event loop runs
constexpr int cachedMatches = 1000;

} // namespace

ChunkModel::ChunkModel(QObject *parent)
    : QAbstractTableModel(parent)
    , m_matches(cachedMatches)
{
    m_nextScan.setSingleShot(true);
    connect(&m_nextScan, &QTimer::timeout, this, &ChunkModel::scan);
}

void ChunkModel::setBounds(const CaptureBounds &bounds)
{
    m_waiting.setBounds(bounds);
    m_store.setBounds(bounds);
    dropRows();
    Q_EMIT countsChanged();
}

void ChunkModel::append(const ChunkStore &newer)
{
    if (m_paused) {
        m_waiting.append(newer);
    } else {
        m_store.append(newer);
        dropRows();
        scan();
    }
    Q_EMIT countsChanged();
}

void ChunkModel::clear()
{
    beginResetModel();
    m_store.clear();
    m_waiting.clear();
    m_rows.clear();
    m_scanned = m_store.endId();
    endResetModel();
    Q_EMIT countsChanged();
}

void ChunkModel::shrinkTo(qint64 memory, bool keepNewest)
{
    m_waiting.shrinkTo(std::max(memory - m_store.memory(), qint64(0)), keepNewest);
    m_store.shrinkTo(std::max(memory - m_waiting.memory(), qint64(0)), keepNewest && m_waiting.isEmpty());
    dropRows();
    Q_EMIT countsChanged();
}

void ChunkModel::setPaused(bool paused)
{
    m_paused = paused;
    if (!paused)
        append(std::exchange(m_waiting, ChunkStore(m_store.bounds())));
    Q_EMIT countsChanged();
}

void ChunkModel::setFilter(const ChunkFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    m_rows.clear();
    m_scanned = m_store.firstId();
    endResetModel();
    scan();
}

void ChunkModel::setHighlight(const ChunkFilter &filter)
{
    m_highlight = filter;
    m_matches.clear();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {MatchRole});
}

void ChunkModel::setTimeMode(TimeMode mode)
{
    m_timeMode = mode;
    Q_EMIT headerDataChanged(Qt::Horizontal, Time, Time);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time), {Qt::DisplayRole});
}

std::pair<int, int> ChunkModel::rowsBetween(qint64 begin, qint64 end) const
{
    const auto before = [this](quint64 id, qint64 time) { return m_store.at(id).when < time; };
    const auto first = std::lower_bound(m_rows.begin(), m_rows.end(), begin, before);
    const auto last = std::lower_bound(first, m_rows.end(), end, before);
    if (first == last)
        return {-1, -1};
    return {static_cast<int>(first - m_rows.begin()), static_cast<int>(last - m_rows.begin()) - 1};
}

int ChunkModel::rowFrom(quint64 id) const
{
    return static_cast<int>(std::lower_bound(m_rows.begin(), m_rows.end(), id) - m_rows.begin());
}

int ChunkModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ChunkModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ChunkModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(section == Sequence || section == Size ? Qt::AlignRight | Qt::AlignVCenter
                                                               : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QStringList titles{m_timeMode == AbsoluteTime ? tr("Time") : tr("Since previous"), tr("Sequence"), tr("Size"),
                             tr("Producer"), tr("Content")};
    return titles.value(section);
}

QVariant ChunkModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || !m_store.contains(m_rows[static_cast<size_t>(index.row())]))
        return {};
    const ChunkEntry &shown = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(index.row(), shown, index.column());
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ToolTipRole:
        return PlainText::toolTip(ChunkText::details(shown));
    case DetailsRole:
        return ChunkText::details(shown);
    case LossRole:
        return shown.isLoss();
    case RecoveredRole:
        return shown.fromHistory;
    case MatchRole:
        return isMatch(m_rows[static_cast<size_t>(index.row())]);
    default:
        return {};
    }
}

QString ChunkModel::text(int row, const ChunkEntry &entry, int column) const
{
    switch (column) {
    case Time:
        return timeText(row, entry);
    case Sequence:
        return ChunkText::sequence(entry);
    case Size:
        return entry.isLoss() ? QString() : ChunkText::size(entry.chunk.payload().size());
    case Producer:
        return ChunkText::producer(entry.chunk.producer());
    default:
        return entry.isLoss() ? ChunkText::loss(entry) : ChunkText::preview(entry.chunk.payload());
    }
}

QString ChunkModel::timeText(int row, const ChunkEntry &entry) const
{
    if (entry.isLoss())
        return {}; // it is unknown when they were published
    const ChunkEntry *before = m_timeMode == SincePrevious ? chunkBefore(row) : nullptr;
    return before ? ChunkText::timeSince(before->shownTime(), entry.shownTime()) : ChunkText::time(entry.shownTime());
}

const ChunkEntry *ChunkModel::chunkBefore(int row) const
{
    while (--row >= 0) {
        const quint64 id = m_rows[static_cast<size_t>(row)];
        if (!m_store.contains(id) || !m_store.at(id).isLoss())
            return m_store.contains(id) ? &m_store.at(id) : nullptr;
    }
    return nullptr;
}

bool ChunkModel::isMatch(quint64 id) const
{
    if (m_highlight.isEmpty() || m_store.at(id).isLoss())
        return false;
    if (const bool *known = m_matches.object(id))
        return *known;
    const bool match = m_highlight.accepts(m_store.at(id));
    m_matches.insert(id, new bool(match));
    return match;
}

// Removes the rows that the store has dropped.
void ChunkModel::dropRows()
{
    const auto gone = std::lower_bound(m_rows.begin(), m_rows.end(), m_store.firstId()) - m_rows.begin();
    m_scanned = std::max(m_scanned, m_store.firstId());
    if (gone == 0)
        return;
    beginRemoveRows({}, 0, static_cast<int>(gone) - 1);
    m_rows.erase(m_rows.begin(), m_rows.begin() + gone);
    endRemoveRows();
}

void ChunkModel::scan()
{
    const QDeadlineTimer end(longestScan, Qt::PreciseTimer);
    std::vector<quint64> accepted;
    while (isScanning() && !end.hasExpired()) {
        if (m_filter.accepts(m_store.at(m_scanned)))
            accepted.push_back(m_scanned);
        ++m_scanned;
    }
    addRows(accepted);
    if (isScanning())
        m_nextScan.start(0ms);
    else if (isFiltering())
        Q_EMIT countsChanged();
}

void ChunkModel::addRows(const std::vector<quint64> &ids)
{
    if (ids.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(ids.size()) - 1);
    m_rows.insert(m_rows.end(), ids.begin(), ids.end());
    endInsertRows();
}
