// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdocument.h"
#include "viewchoices.h"

#include <QtWidgets/QWidget>

class ActivityPlot;
class ChunkFinder;
class ChunkView;
class FiguresBar;
class FilterBar;
class MessageBanner;
class Placeholder;
class QLabel;
class QSplitter;
class QStackedWidget;
class QTabWidget;
class QTableView;

/// One bus in the window: its figures, its chunks, the selected one, and what happened over time.
class BusView : public QWidget
{
    Q_OBJECT
public:
    explicit BusView(BusDocument *document, QWidget *parent = nullptr);

    BusDocument *document() const { return m_document; }
    ChunkView *list() const { return m_list; }

    ViewChoices choices() const;
    void setChoices(const ViewChoices &choices);

    void setPaused(bool paused);
    bool isPaused() const { return m_document->chunks()->isPaused(); }
    void clear();

    QList<ChunkEntry> allEntries() const;
    QList<ChunkEntry> selectedEntries() const; ///< in the order of the list
    /// The chunk that the inspector shows; nothing if it shows none, or a loss.
    const std::optional<ChunkEntry> &inspected() const { return m_inspected; }

    void focusSearch();
    void goToMatch(int step);

Q_SIGNALS:
    void pausedChanged(bool paused);
    void inspectedChanged();
    /// The user has changed what choices() tells, but for sizes.
    void choicesChanged();

protected:
    void showEvent(QShowEvent *event) override;

private:
    void layOut();
    QWidget *makeListPane();
    QWidget *makeSidePane();
    static QTableView *makeTable(QAbstractItemModel *model, const QString &name);
    void connectDocument();
    void connectParts();
    void showReport();
    void showState();
    void showCounts();
    void showPaused();
    void showPlot();
    void replot();
    void inspectCurrent();
    void applyFilter();
    QString countsText() const;

    BusDocument *m_document;
    ChunkFinder *m_finder;
    FiguresBar *m_figures;
    FilterBar *m_filter;
    MessageBanner *m_stateBanner;
    MessageBanner *m_pausedBanner;
    ChunkView *m_list;
    Placeholder *m_placeholder;
    QStackedWidget *m_pages;
    QLabel *m_counts;
    Inspector *m_inspector;
    QTabWidget *m_side;
    ActivityPlot *m_plot;
    QSplitter *m_columns;
    QSplitter *m_rows;
    std::optional<ChunkEntry> m_inspected;
    ViewChoices m_given; ///< sizes mean nothing before the first time that it is shown
    bool m_wasShown = false;
    qint64 m_plottedSecond = 0;
};
