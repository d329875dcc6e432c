// SPDX-License-Identifier: Apache-2.0
#include "busview.h"

#include "activityplot.h"
#include "chunkview.h"
#include "figuresbar.h"
#include "listpane.h"
#include "producerdelegate.h"
#include "roomystyle.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <ratio>

using namespace Qt::StringLiterals;

BusView::BusView(BusDocument *document, SharedChoices *choices, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_choices(choices)
    , m_figures(new FiguresBar)
    , m_pane(new ListPane(document))
    , m_inspector(new Inspector)
    , m_side(new QTabWidget)
    , m_plot(new ActivityPlot)
    , m_columns(new QSplitter(Qt::Horizontal))
    , m_rows(new QSplitter(Qt::Vertical))
{
    layOut();
    connectDocument();
    connectParts();
    applyChoices();
    connectChoices();
    showReport();
}

void BusView::layOut()
{
    m_columns->addWidget(m_pane);
    m_columns->addWidget(makeSidePane());
    m_columns->setStretchFactor(0, 3);
    m_columns->setStretchFactor(1, 2);
    m_columns->setSizes({840, 440});
    m_rows->addWidget(m_columns);
    m_rows->addWidget(m_plot);
    m_rows->setStretchFactor(0, 1);
    m_rows->setSizes({520, 180});
    for (QSplitter *splitter : {m_columns, m_rows}) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(5);
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_figures);
    layout->addWidget(m_rows, 1);
}

QTableView *BusView::makeTable(QAbstractItemModel *model, const QString &name)
{
    auto *table = new QTableView;
    table->setModel(model);
    table->setObjectName(name);
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    RoomyStyle::applyTo(table);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

QWidget *BusView::makeSidePane()
{
    m_side->setDocumentMode(true);
    m_side->addTab(m_inspector, tr("Chunk"));
    QTableView *producers = makeTable(m_document->producers(), u"producerTable"_s);
    producers->setItemDelegate(new ProducerDelegate(producers));
    m_side->addTab(producers, tr("Producers"));
    m_side->addTab(makeTable(m_document->subscribers(), u"subscriberTable"_s), tr("Subscribers"));
    return m_side;
}

void BusView::connectDocument()
{
    connect(m_document, &BusDocument::reportChanged, this, &BusView::showReport);
}

void BusView::connectParts()
{
    connect(list()->selectionModel(), &QItemSelectionModel::currentChanged, this, &BusView::inspectCurrent);
    connect(m_pane, &ListPane::resumeWanted, this, [this] { setPaused(false); });
    connect(m_plot, &ActivityPlot::spanChanged, this, &BusView::replot);
    connect(m_plot, &ActivityPlot::timeClicked, this, [this](qint64 begin, qint64 end) {
        const auto [first, last] = m_document->chunks()->rowsBetween(begin, end);
        if (first >= 0)
            list()->showRows(first, last);
    });
}

ChunkView *BusView::list() const
{
    return m_pane->list();
}

void BusView::focusSearch()
{
    m_pane->focusSearch();
}

void BusView::goToMatch(int step)
{
    m_pane->goToMatch(step);
}

void BusView::connectChoices()
{
    connect(m_choices, &SharedChoices::changed, this, &BusView::applyChoices);
    connect(m_inspector, &Inspector::modeChanged, m_choices,
            [this](Inspector::Mode mode) { m_choices->change([mode](ViewChoices &choices) { choices.inspectorMode = mode; }); });
    connect(m_plot, &ActivityPlot::spanChanged, m_choices,
            [this](int seconds) { m_choices->change([seconds](ViewChoices &choices) { choices.plotSpan = seconds; }); });
    connect(m_pane, &ListPane::highlightingChanged, m_choices, [this](bool highlighting) {
        m_choices->change([highlighting](ViewChoices &choices) { choices.highlighting = highlighting; });
    });
}

void BusView::applyChoices()
{
    const ViewChoices choices = m_choices->get();
    m_document->chunks()->setTimeMode(choices.timeMode);
    m_inspector->setMode(choices.inspectorMode);
    m_plot->setSpan(choices.plotSpan);
    m_pane->setHighlighting(choices.highlighting);
    m_side->setVisible(choices.inspectorShown);
    m_plot->setVisible(choices.plotShown);
}

// A hidden view does not follow the sizes. It takes them when it is shown.
void BusView::applySizes()
{
    const ViewChoices::Sizes &sizes = m_choices->get().sizes;
    list()->horizontalHeader()->restoreState(sizes.listColumns);
    m_columns->restoreState(sizes.sideBySide);
    m_rows->restoreState(sizes.oneAboveOther);
}

void BusView::keepSizes()
{
    m_choices->setSizes({.listColumns = list()->horizontalHeader()->saveState(),
                         .sideBySide = m_columns->saveState(),
                         .oneAboveOther = m_rows->saveState()});
}

void BusView::setPaused(bool paused)
{
    if (paused == isPaused())
        return;
    m_document->chunks()->setPaused(paused);
    replot();
    Q_EMIT pausedChanged(paused);
}

void BusView::clear()
{
    m_document->chunks()->clear();
    m_inspected.reset();
    m_inspector->clear();
    Q_EMIT inspectedChanged();
}

QList<ChunkEntry> BusView::allEntries() const
{
    QList<ChunkEntry> entries;
    for (int row = 0; row < m_document->chunks()->rowCount(); ++row)
        entries.append(m_document->chunks()->entry(row));
    return entries;
}

QList<ChunkEntry> BusView::selectedEntries() const
{
    QList<int> rows;
    for (const QModelIndex &index : list()->selectionModel()->selectedRows())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    QList<ChunkEntry> entries;
    for (const int row : std::as_const(rows))
        entries.append(m_document->chunks()->entry(row));
    return entries;
}

void BusView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    applySizes();
    showReport();
}

void BusView::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    keepSizes();
}

void BusView::showReport()
{
    if (!isVisible())
        return;
    m_figures->setReport(m_document->report());
    showPlot();
}

void BusView::replot()
{
    m_plottedSecond = 0;
    showPlot();
}

void BusView::showPlot()
{
    const qint64 second = m_document->report().takenAt / std::nano::den - 1;
    if (second <= m_plottedSecond || (isPaused() && m_plottedSecond > 0))
        return;
    m_plottedSecond = second;
    m_plot->setActivity(m_document->activity(), second, m_document->report().clockOffset / std::nano::den);
}

void BusView::inspectCurrent()
{
    const QModelIndex current = list()->currentIndex();
    if (!current.isValid())
        return; // the shown chunk stays, even after it was dropped from the list
    const ChunkModel &chunks = *m_document->chunks();
    m_inspected = chunks.entry(current.row());
    std::optional<FileBus::Chunk> previous;
    for (int row = current.row() - 1; row >= 0 && !previous; --row) {
        if (!chunks.entry(row).isLoss())
            previous = chunks.entry(row).chunk;
    }
    m_inspector->setEntry(*m_inspected, previous);
    Q_EMIT inspectedChanged();
}
