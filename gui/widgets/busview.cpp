// SPDX-License-Identifier: Apache-2.0
#include "busview.h"

#include "activityplot.h"
#include "chunkfinder.h"
#include "chunktext.h"
#include "chunkview.h"
#include "figuresbar.h"
#include "filterbar.h"
#include "messagebanner.h"
#include "placeholder.h"
#include "reporttext.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

constexpr qint64 nanosecondsPerSecond = 1'000'000'000;

QString iconOf(BusState::Kind kind)
{
    switch (kind) {
    case BusState::Absent:
        return u"wait"_s;
    case BusState::Vanished:
        return u"gone"_s;
    case BusState::Failed:
        return u"error"_s;
    default:
        return u"empty"_s;
    }
}

} // namespace

BusView::BusView(BusDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_finder(new ChunkFinder(document->chunks(), this))
    , m_figures(new FiguresBar)
    , m_filter(new FilterBar)
    , m_stateBanner(new MessageBanner(u"stateBanner"_s))
    , m_pausedBanner(new MessageBanner(u"pausedBanner"_s))
    , m_list(new ChunkView(document->chunks()))
    , m_placeholder(new Placeholder)
    , m_pages(new QStackedWidget)
    , m_counts(new QLabel)
    , m_inspector(new Inspector)
    , m_side(new QTabWidget)
    , m_plot(new ActivityPlot)
    , m_columns(new QSplitter(Qt::Horizontal))
    , m_rows(new QSplitter(Qt::Vertical))
{
    layOut();
    connectDocument();
    connectParts();
    showReport();
    showState();
    showCounts();
}

void BusView::layOut()
{
    m_columns->addWidget(makeListPane());
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

QWidget *BusView::makeListPane()
{
    m_list->setFrameShape(QFrame::NoFrame);
    m_pages->addWidget(m_list);
    m_pages->addWidget(m_placeholder);
    m_pausedBanner->setButton(tr("Resume"));
    m_counts->setObjectName(u"counts"_s);
    m_counts->setContentsMargins(12, 4, 12, 4);
    auto *pane = new QWidget;
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filter);
    layout->addWidget(m_stateBanner);
    layout->addWidget(m_pausedBanner);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_counts);
    return pane;
}

QTableView *BusView::makeTable(QAbstractItemModel *model, const QString &name)
{
    auto *table = new QTableView;
    table->setModel(model);
    table->setObjectName(name);
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

QWidget *BusView::makeSidePane()
{
    m_side->setDocumentMode(true);
    m_side->addTab(m_inspector, tr("Chunk"));
    m_side->addTab(makeTable(m_document->producers(), u"producerTable"_s), tr("Producers"));
    m_side->addTab(makeTable(m_document->subscribers(), u"subscriberTable"_s), tr("Subscribers"));
    return m_side;
}

void BusView::connectDocument()
{
    connect(m_document, &BusDocument::reportChanged, this, &BusView::showReport);
    connect(m_document, &BusDocument::stateChanged, this, &BusView::showState);
    connect(m_document->chunks(), &ChunkModel::countsChanged, this, &BusView::showCounts);
    connect(m_finder, &ChunkFinder::found, this, [this](int row) { m_list->showRows(row, row); });
}

void BusView::connectParts()
{
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &BusView::inspectCurrent);
    connect(m_pausedBanner, &MessageBanner::buttonClicked, this, [this] { setPaused(false); });
    connect(m_filter, &FilterBar::changed, this, &BusView::applyFilter);
    connect(m_filter, &FilterBar::stepWanted, this, &BusView::goToMatch);
    connect(m_inspector, &Inspector::modeChanged, this, &BusView::choicesChanged);
    connect(m_plot, &ActivityPlot::spanChanged, this, [this] {
        replot();
        Q_EMIT choicesChanged();
    });
    connect(m_plot, &ActivityPlot::timeClicked, this, [this](qint64 begin, qint64 end) {
        const auto [first, last] = m_document->chunks()->rowsBetween(begin, end);
        if (first >= 0)
            m_list->showRows(first, last);
    });
}

ViewChoices BusView::choices() const
{
    return {.timeMode = m_document->chunks()->timeMode(),
            .inspectorMode = m_inspector->mode(),
            .plotSpan = m_plot->span(),
            .highlighting = m_filter->isHighlighting(),
            .inspectorShown = !m_side->isHidden(),
            .plotShown = !m_plot->isHidden(),
            .listColumns = m_wasShown ? m_list->horizontalHeader()->saveState() : m_given.listColumns,
            .sideBySide = m_wasShown ? m_columns->saveState() : m_given.sideBySide,
            .oneAboveOther = m_wasShown ? m_rows->saveState() : m_given.oneAboveOther};
}

void BusView::setChoices(const ViewChoices &choices)
{
    m_given = choices;
    m_document->chunks()->setTimeMode(choices.timeMode);
    m_inspector->setMode(choices.inspectorMode);
    m_plot->setSpan(choices.plotSpan);
    m_filter->setHighlighting(choices.highlighting);
    m_list->horizontalHeader()->restoreState(choices.listColumns);
    m_columns->restoreState(choices.sideBySide);
    m_rows->restoreState(choices.oneAboveOther);
    m_side->setVisible(choices.inspectorShown);
    m_plot->setVisible(choices.plotShown);
}

void BusView::setPaused(bool paused)
{
    if (paused == isPaused())
        return;
    m_document->chunks()->setPaused(paused);
    showPaused();
    replot();
    Q_EMIT pausedChanged(paused);
}

void BusView::clear()
{
    m_document->chunks()->clear();
    m_inspected.reset();
    m_inspector->showNothing();
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
    for (const QModelIndex &index : m_list->selectionModel()->selectedRows())
        rows.append(index.row());
    std::sort(rows.begin(), rows.end());
    QList<ChunkEntry> entries;
    for (const int row : std::as_const(rows))
        entries.append(m_document->chunks()->entry(row));
    return entries;
}

void BusView::focusSearch()
{
    m_filter->focusInput();
}

void BusView::goToMatch(int step)
{
    const int current = m_list->currentIndex().row();
    const int beginning = step > 0 ? 0 : m_document->chunks()->rowCount() - 1;
    m_finder->find(current < 0 ? beginning : current + step, step);
}

void BusView::applyFilter()
{
    ChunkFilter filter = m_filter->filter();
    if (!filter.error().isEmpty())
        filter = ChunkFilter();
    m_document->chunks()->setFilter(m_filter->isHighlighting() ? ChunkFilter() : filter);
    m_document->chunks()->setHighlight(m_filter->isHighlighting() ? filter : ChunkFilter());
}

void BusView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_wasShown = true;
    showReport();
}

void BusView::showReport()
{
    if (!isVisible())
        return;
    m_figures->show(m_document->report());
    showPlot();
}

void BusView::replot()
{
    m_plottedSecond = 0;
    showPlot();
}

void BusView::showPlot()
{
    const qint64 second = m_document->report().takenAt / nanosecondsPerSecond - 1;
    if (second <= m_plottedSecond || (isPaused() && m_plottedSecond > 0))
        return;
    m_plottedSecond = second;
    m_plot->show(m_document->activity(), second);
}

void BusView::showState()
{
    const BusState &state = m_document->report().state;
    const QString title = ReportText::stateTitle(state);
    const QString explanation = ReportText::stateExplanation(state, m_document->displayPath());
    m_placeholder->show(iconOf(state.kind), title, explanation);
    if (state.kind == BusState::Failed)
        m_stateBanner->show(MessageBanner::Error, u"error"_s, explanation);
    else if (state.kind == BusState::Vanished)
        m_stateBanner->show(MessageBanner::Warning, u"gone"_s, explanation);
    showCounts();
}

void BusView::showPaused()
{
    if (isPaused())
        m_pausedBanner->show(MessageBanner::Information, u"pause"_s,
                             tr("Paused, %1 new").arg(ChunkText::count(m_document->chunks()->waitingChunks())));
    else
        m_pausedBanner->hide();
}

void BusView::showCounts()
{
    const bool empty = m_document->chunks()->store().isEmpty();
    const BusState::Kind state = m_document->report().state.kind;
    m_pages->setCurrentWidget(empty ? static_cast<QWidget *>(m_placeholder) : m_list);
    m_stateBanner->setVisible(!empty && (state == BusState::Failed || state == BusState::Vanished));
    m_counts->setText(countsText());
    m_counts->setVisible(!empty);
    showPaused();
}

QString BusView::countsText() const
{
    const ChunkModel &chunks = *m_document->chunks();
    const ChunkStore &store = chunks.store();
    QString text = tr("%1 chunks").arg(ChunkText::count(store.chunks()));
    if (chunks.isFiltering())
        text = tr("%1 of %2 rows match")
                   .arg(ChunkText::count(static_cast<quint64>(chunks.rowCount())),
                        ChunkText::count(store.endId() - store.firstId()));
    if (chunks.isScanning())
        text += tr(", searching…");
    if (store.droppedChunks() > 0)
        text += tr("; %1 older ones dropped to stay within the bounds").arg(ChunkText::count(store.droppedChunks()));
    return text;
}

void BusView::inspectCurrent()
{
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid())
        return; // what is shown stays, also when it is dropped from the list
    const ChunkModel &chunks = *m_document->chunks();
    m_inspected = chunks.entry(current.row());
    std::optional<FileBus::Chunk> previous;
    for (int row = current.row() - 1; row >= 0 && !previous; --row) {
        if (!chunks.entry(row).isLoss())
            previous = chunks.entry(row).chunk;
    }
    m_inspector->show(*m_inspected, previous);
    Q_EMIT inspectedChanged();
}
