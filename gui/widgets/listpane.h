// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QWidget>

class BusDocument;
class ChunkFinder;
class ChunkView;
class FilterBar;
class MessageBanner;
class Placeholder;
class QLabel;
class QStackedWidget;

/// The list of the chunks of a bus with its search. A placeholder or a banner says why no chunks arrive.
class ListPane : public QWidget
{
    Q_OBJECT
public:
    explicit ListPane(BusDocument *document, QWidget *parent = nullptr);

    ChunkView *list() const { return m_list; }

    void setHighlighting(bool highlighting);

    void focusSearch();
    void goToMatch(int step);

Q_SIGNALS:
    void resumeWanted();
    void highlightingChanged(bool highlighting);

private:
    void layOut();
    void connectParts();
    void applyFilter();
    void showState();
    void showInspectionProblem();
    void showPaused();
    void showCounts();
    QString countsText() const;

    BusDocument *m_document;
    ChunkFinder *m_finder;
    FilterBar *m_filter;
    MessageBanner *m_stateBanner;
    MessageBanner *m_inspectionBanner;
    MessageBanner *m_pausedBanner;
    ChunkView *m_list;
    Placeholder *m_placeholder;
    QStackedWidget *m_pages;
    QLabel *m_counts;
};
