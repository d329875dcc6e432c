// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdocument.h"
#include "viewchoices.h"

#include <QtWidgets/QWidget>

class ActivityPlot;
class ChunkView;
class FiguresBar;
class ListPane;
class QSplitter;
class QTabWidget;
class QTableView;

/// One bus in the window: its figures, its chunks, the selected one, and what happened over time.
class BusView : public QWidget
{
    Q_OBJECT
public:
    explicit BusView(BusDocument *document, QWidget *parent = nullptr);

    BusDocument *document() const { return m_document; }
    ChunkView *list() const;

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
    QWidget *makeSidePane();
    static QTableView *makeTable(QAbstractItemModel *model, const QString &name);
    void connectDocument();
    void connectParts();
    void showReport();
    void showPlot();
    void replot();
    void inspectCurrent();

    BusDocument *m_document;
    FiguresBar *m_figures;
    ListPane *m_pane;
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
