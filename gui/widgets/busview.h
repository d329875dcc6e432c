// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdocument.h"

#include <QtWidgets/QWidget>

class ActivityPlot;
class ChunkView;
class FiguresBar;
class Inspector;
class Placeholder;
class QLabel;
class QSplitter;
class QStackedWidget;

/// One bus in the window: its figures, its chunks, the selected one, and what happened over time.
class BusView : public QWidget
{
    Q_OBJECT
public:
    explicit BusView(BusDocument *document, QWidget *parent = nullptr);

    BusDocument *document() const { return m_document; }
    ChunkView *chunkView() const { return m_list; }

    void setPaused(bool paused);

private:
    void layOut();
    QWidget *makeListPane();
    void connectParts();
    void showReport();
    void showState();
    void showCounts();
    void showPlot();
    void inspectCurrent();

    BusDocument *m_document;
    FiguresBar *m_figures;
    ChunkView *m_list;
    Placeholder *m_placeholder;
    QStackedWidget *m_pages;
    QLabel *m_counts;
    Inspector *m_inspector;
    ActivityPlot *m_plot;
    QSplitter *m_columns;
    QSplitter *m_rows;
    qint64 m_plottedSecond = 0;
};
