// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "activityhistory.h"

#include <QtWidgets/QWidget>

class QCustomPlot;
class QCPAbstractPlottable;
class QCPAxis;
class QCPBars;
class QCPGraph;
class QButtonGroup;
class QHBoxLayout;
class QToolButton;

/// Activity on a bus over time: chunks and bytes per second, and each loss. A click selects a time.
class ActivityPlot : public QWidget
{
    Q_OBJECT
public:
    explicit ActivityPlot(QWidget *parent = nullptr);

    /// The time span shown, in seconds.
    int span() const { return m_span; }
    void setSpan(int seconds);

    /// Shows the activity up to @p second of the TimeLine, the last complete one. The labels add @p clockOffset seconds.
    void setActivity(const ActivityHistory &activity, qint64 second, qint64 clockOffset = 0);

Q_SIGNALS:
    /// From @p begin until before @p end, on the TimeLine.
    void timeClicked(qint64 begin, qint64 end);
    void spanChanged(int seconds);

protected:
    void changeEvent(QEvent *event) override;

private:
    void addSpanButtons(QHBoxLayout *layout);
    QToolButton *addLegendButton(QHBoxLayout *layout, const QString &text, QCPAbstractPlottable *graph);
    void makeGraphs();
    void makeAxes();
    void fillGraphs(const QList<Activity> &seconds);
    double shownTime(qint64 second) const; ///< s since 1970, by the clock
    void scaleAxes(const QList<Activity> &seconds);
    void color();
    void tellClickedTime(QMouseEvent *event);

    QCustomPlot *m_plot;
    QCPAxis *m_markAxis; ///< with its own scale, so that the marks stay in place
    QCPGraph *m_chunks;
    QCPGraph *m_bytes;
    QCPBars *m_lost;
    QCPGraph *m_lossMarks;
    QButtonGroup *m_spans;
    QToolButton *m_chunksLegend;
    QToolButton *m_bytesLegend;
    QToolButton *m_lostLegend;
    int m_span = 60;
    qint64 m_clockOffset = 0;
};
