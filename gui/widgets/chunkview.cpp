// SPDX-License-Identifier: Apache-2.0
#include "chunkview.h"

#include "chunkdelegate.h"
#include "chunkmodel.h"
#include "roomystyle.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QScrollBar>

using namespace Qt::StringLiterals;

namespace
{

constexpr int rowPadding = 8;

} // namespace

ChunkView::ChunkView(ChunkModel *model, QWidget *parent)
    : QTableView(parent)
    , m_chunks(model)
{
    setAccessibleName(tr("Chunks"));
    setModel(model);
    setItemDelegate(new ChunkDelegate(this));
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerItem);
    RoomyStyle::applyTo(this);
    setUpHeaders();
    connectModel();
}

void ChunkView::setUpHeaders()
{
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + rowPadding);
    QHeaderView *header = horizontalHeader();
    header->setStretchLastSection(true);
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    const int digit = fontMetrics().horizontalAdvance(u'0');
    header->resizeSection(ChunkModel::Time, 19 * digit);
    header->resizeSection(ChunkModel::Sequence, 15 * digit);
    header->resizeSection(ChunkModel::Size, 11 * digit);
    header->resizeSection(ChunkModel::Producer, 18 * digit);
}

void ChunkView::connectModel()
{
    connect(m_chunks, &QAbstractItemModel::rowsInserted, this, &ChunkView::stayAtEnd);
    connect(m_chunks, &QAbstractItemModel::modelReset, this, &ChunkView::stayAtEnd);
    connect(m_chunks, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex &, int first, int last) {
        if (!m_following)
            verticalScrollBar()->setValue(verticalScrollBar()->value() - (last - first + 1));
    });
    // Wheel, slider and buttons trigger actions; the view's own adjustments do not.
    connect(verticalScrollBar(), &QAbstractSlider::actionTriggered, this, [this] { noteScrolling(); });
}

void ChunkView::noteScrolling()
{
    setFollowing(verticalScrollBar()->sliderPosition() >= verticalScrollBar()->maximum());
}

void ChunkView::setFollowing(bool following)
{
    if (following == m_following)
        return;
    m_following = following;
    stayAtEnd();
    Q_EMIT followingChanged(following);
}

void ChunkView::stayAtEnd()
{
    if (m_following)
        scrollToBottom();
}

void ChunkView::showRows(int first, int last)
{
    setFollowing(false);
    const QItemSelection rows(m_chunks->index(first, 0), m_chunks->index(last, ChunkModel::ColumnCount - 1));
    selectionModel()->setCurrentIndex(m_chunks->index(first, 0), QItemSelectionModel::NoUpdate);
    selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    scrollTo(m_chunks->index(first, 0), PositionAtCenter);
}

void ChunkView::keyPressEvent(QKeyEvent *event)
{
    QTableView::keyPressEvent(event);
    noteScrolling();
}

void ChunkView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    stayAtEnd();
}
