// SPDX-License-Identifier: Apache-2.0
#include "listpane.h"

#include "busdocument.h"
#include "chunkfinder.h"
#include "chunktext.h"
#include "chunkview.h"
#include "filterbar.h"
#include "messagebanner.h"
#include "placeholder.h"
#include "plainlabel.h"
#include "reporttext.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace
{

QString iconOf(BusState::Kind kind)
{
    switch (kind) {
    case BusState::Absent:
        return u"wait"_s;
    case BusState::Vanished:
        return u"gone"_s;
    case BusState::Failed:
    case BusState::Silent:
        return u"error"_s;
    default:
        return u"empty"_s;
    }
}

} // namespace

ListPane::ListPane(BusDocument *document, QWidget *parent)
    : QWidget(parent)
    , m_document(document)
    , m_finder(new ChunkFinder(document->chunks(), this))
    , m_filter(new FilterBar)
    , m_stateBanner(new MessageBanner(u"stateBanner"_s))
    , m_inspectionBanner(new MessageBanner(u"inspectionBanner"_s))
    , m_pausedBanner(new MessageBanner(u"pausedBanner"_s))
    , m_list(new ChunkView(document->chunks()))
    , m_placeholder(new Placeholder)
    , m_pages(new QStackedWidget)
    , m_counts(new PlainLabel)
{
    layOut();
    connectParts();
    showState();
}

void ListPane::layOut()
{
    m_list->setFrameShape(QFrame::NoFrame);
    m_pages->addWidget(m_list);
    m_pages->addWidget(m_placeholder);
    m_pausedBanner->setButton(tr("Resume"));
    m_counts->setObjectName(u"counts"_s);
    m_counts->setContentsMargins(12, 4, 12, 4);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filter);
    layout->addWidget(m_stateBanner);
    layout->addWidget(m_inspectionBanner);
    layout->addWidget(m_pausedBanner);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_counts);
}

void ListPane::connectParts()
{
    connect(m_document, &BusDocument::stateChanged, this, &ListPane::showState);
    connect(m_document, &BusDocument::reportChanged, this, &ListPane::showInspectionProblem);
    connect(m_document->chunks(), &ChunkModel::countsChanged, this, &ListPane::showCounts);
    connect(m_finder, &ChunkFinder::found, this, [this](int row) { m_list->showRows(row, row); });
    connect(m_pausedBanner, &MessageBanner::buttonClicked, this, &ListPane::resumeWanted);
    connect(m_filter, &FilterBar::changed, this, &ListPane::applyFilter);
    connect(m_filter, &FilterBar::highlightingChanged, this, &ListPane::highlightingChanged);
    connect(m_filter, &FilterBar::stepWanted, this, &ListPane::goToMatch);
}

void ListPane::setHighlighting(bool highlighting)
{
    m_filter->setHighlighting(highlighting);
}

void ListPane::focusSearch()
{
    m_filter->focusInput();
}

void ListPane::goToMatch(int step)
{
    const int current = m_list->currentIndex().row();
    const int beginning = step > 0 ? 0 : m_document->chunks()->rowCount() - 1;
    m_finder->find(current < 0 ? beginning : current + step, step);
}

void ListPane::applyFilter()
{
    ChunkFilter filter = m_filter->filter();
    if (!filter.error().isEmpty())
        filter = ChunkFilter();
    m_document->chunks()->setFilter(m_filter->isHighlighting() ? ChunkFilter() : filter);
    m_document->chunks()->setHighlight(m_filter->isHighlighting() ? filter : ChunkFilter());
}

void ListPane::showState()
{
    const BusState &state = m_document->report().state;
    const QString title = ReportText::stateTitle(state);
    const QString explanation = ReportText::stateExplanation(state, m_document->displayPath());
    m_placeholder->setText(iconOf(state.kind), title, explanation);
    if (state.kind == BusState::Failed)
        m_stateBanner->showMessage(MessageBanner::Error, u"error"_s, explanation);
    else if (state.kind == BusState::Vanished)
        m_stateBanner->showMessage(MessageBanner::Warning, u"gone"_s, explanation);
    else if (state.kind == BusState::Silent)
        m_stateBanner->showMessage(MessageBanner::Warning, u"error"_s, explanation);
    showCounts();
}

void ListPane::showInspectionProblem()
{
    const QString &problem = m_document->report().inspectionProblem;
    if (problem.isEmpty())
        m_inspectionBanner->hide();
    else
        m_inspectionBanner->showMessage(MessageBanner::Warning, u"error"_s,
                                        tr("Not everything about this bus could be read: %1").arg(problem));
}

void ListPane::showPaused()
{
    if (m_document->chunks()->isPaused())
        m_pausedBanner->showMessage(MessageBanner::Information, u"pause"_s,
                                    tr("Paused, %1 new").arg(ChunkText::count(m_document->chunks()->waitingChunks())));
    else
        m_pausedBanner->hide();
}

void ListPane::showCounts()
{
    const bool empty = m_document->chunks()->store().isEmpty();
    const BusState::Kind state = m_document->report().state.kind;
    m_pages->setCurrentWidget(empty ? static_cast<QWidget *>(m_placeholder) : m_list);
    m_stateBanner->setVisible(!empty && (state == BusState::Failed || state == BusState::Vanished || state == BusState::Silent));
    m_counts->setText(countsText());
    m_counts->setVisible(!empty || m_document->chunks()->store().droppedChunks() > 0);
    showPaused();
}

QString ListPane::countsText() const
{
    const ChunkModel &chunks = *m_document->chunks();
    const ChunkStore &store = chunks.store();
    QString text = store.chunks() == 1 ? tr("1 chunk") : tr("%1 chunks").arg(ChunkText::count(store.chunks()));
    if (chunks.isFiltering())
        text = tr("%1 of %2 rows match")
                   .arg(ChunkText::count(static_cast<quint64>(chunks.rowCount())),
                        ChunkText::count(store.endId() - store.firstId()));
    if (chunks.isScanning())
        text += tr(", searching…");
    if (store.droppedChunks() > 0)
        text += tr("; %1 older chunks dropped to stay within the limits").arg(ChunkText::count(store.droppedChunks()));
    return text;
}
