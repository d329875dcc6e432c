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

/// One bus in the window: its figures, its chunks, the selected chunk, and its activity.
class BusView : public QWidget
{
    Q_OBJECT
public:
    BusView(BusDocument *document, SharedChoices *choices, QWidget *parent = nullptr);

    BusDocument *document() const { return m_document; }
    ChunkView *list() const;

    /// Stores the sizes of its parts in the choices. Also happens whenever the view is hidden.
    void keepSizes();

    void setPaused(bool paused);
    bool isPaused() const { return m_document->chunks()->isPaused(); }
    void clear();

    QList<ChunkEntry> allEntries() const;
    QList<ChunkEntry> selectedEntries() const; ///< in the order of the list
    /// The row that the inspector shows; nothing if it shows none.
    const std::optional<ChunkEntry> &inspected() const { return m_inspected; }

    void focusSearch();
    void goToMatch(int step);

Q_SIGNALS:
    void pausedChanged(bool paused);
    void inspectedChanged();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void layOut();
    QWidget *makeSidePane();
    static QTableView *makeTable(QAbstractItemModel *model, const QString &name);
    void connectDocument();
    void connectParts();
    void connectChoices();
    void applyChoices();
    void applySizes();
    void showReport();
    void showPlot();
    void replot();
    void inspectCurrent();

    BusDocument *m_document;
    SharedChoices *m_choices;
    FiguresBar *m_figures;
    ListPane *m_pane;
    Inspector *m_inspector;
    QTabWidget *m_side;
    ActivityPlot *m_plot;
    QSplitter *m_columns;
    QSplitter *m_rows;
    std::optional<ChunkEntry> m_inspected;
    qint64 m_plottedSecond = 0;
};
