// SPDX-License-Identifier: Apache-2.0
#include "busview.h"

#include "activityplot.h"
#include "chunktext.h"
#include "chunkview.h"
#include "figuresbar.h"
#include "inspector.h"
#include "placeholder.h"
#include "reporttext.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

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
    , m_figures(new FiguresBar)
    , m_list(new ChunkView(document->chunks()))
    , m_placeholder(new Placeholder)
    , m_pages(new QStackedWidget)
    , m_counts(new QLabel)
    , m_inspector(new Inspector)
    , m_plot(new ActivityPlot)
    , m_columns(new QSplitter(Qt::Horizontal))
    , m_rows(new QSplitter(Qt::Vertical))
{
    layOut();
    connectParts();
    showReport();
    showState();
    showCounts();
}

void BusView::layOut()
{
    m_columns->addWidget(makeListPane());
    m_columns->addWidget(m_inspector);
    m_columns->setStretchFactor(0, 3);
    m_columns->setStretchFactor(1, 2);
    m_rows->addWidget(m_columns);
    m_rows->addWidget(m_plot);
    m_rows->setStretchFactor(0, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_figures);
    layout->addWidget(m_rows, 1);
}

QWidget *BusView::makeListPane()
{
    m_pages->addWidget(m_list);
    m_pages->addWidget(m_placeholder);
    auto *pane = new QWidget;
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_counts);
    return pane;
}

void BusView::connectParts()
{
    connect(m_document, &BusDocument::reportChanged, this, &BusView::showReport);
    connect(m_document, &BusDocument::stateChanged, this, &BusView::showState);
    connect(m_document->chunks(), &ChunkModel::countsChanged, this, &BusView::showCounts);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &BusView::inspectCurrent);
    connect(m_plot, &ActivityPlot::spanChanged, this, [this] {
        m_plottedSecond = 0;
        showPlot();
    });
    connect(m_plot, &ActivityPlot::timeClicked, this, [this](qint64 begin, qint64 end) {
        const auto [first, last] = m_document->chunks()->rowsBetween(begin, end);
        if (first >= 0)
            m_list->showRows(first, last);
    });
}

void BusView::setPaused(bool paused)
{
    m_document->chunks()->setPaused(paused);
}

void BusView::showReport()
{
    if (!isVisible())
        return;
    m_figures->show(m_document->report());
    showPlot();
}

void BusView::showPlot()
{
    const qint64 second = m_document->report().takenAt / nanosecondsPerSecond - 1;
    if (second <= m_plottedSecond || m_document->chunks()->isPaused())
        return;
    m_plottedSecond = second;
    m_plot->show(m_document->activity(), second);
}

void BusView::showState()
{
    const BusState &state = m_document->report().state;
    m_placeholder->show(iconOf(state.kind), ReportText::stateTitle(state),
                        ReportText::stateExplanation(state, m_document->displayPath()));
    showCounts();
}

void BusView::showCounts()
{
    const ChunkStore &store = m_document->chunks()->store();
    m_pages->setCurrentWidget(store.isEmpty() ? static_cast<QWidget *>(m_placeholder) : m_list);
    m_counts->setText(tr("%1 chunks").arg(ChunkText::count(store.chunks())));
}

void BusView::inspectCurrent()
{
    const QModelIndex current = m_list->currentIndex();
    if (!current.isValid())
        return m_inspector->showNothing();
    m_inspector->show(m_document->chunks()->entry(current.row()), std::nullopt);
}
