// SPDX-License-Identifier: Apache-2.0
#include "activityplot.h"

#include "plotlibrary.h"
#include "theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>
#include <ratio>

using namespace Qt::StringLiterals;

namespace
{

constexpr double chunkHeadroom = 1.15; // above the highest point
constexpr double byteHeadroom = 1.45;  // larger, so that the two graphs do not hide each other
constexpr QSize swatch(20, 12);
constexpr double markStrip = 0.10; // below zero, for the marks of losses

/// Writes bytes with a binary prefix.
class ByteTicker : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale &, QChar, int) override
    {
        return tick < 0 ? QString() : QLocale::c().formattedDataSize(static_cast<qint64>(tick), tick < 1024 ? 0 : 1);
    }

    // Steps that are powers of two, so that the labels are round.
    double getTickStep(const QCPRange &range) override
    {
        return std::exp2(std::ceil(std::log2(std::max(range.size() / 4, 1.0))));
    }
    int getSubTickCount(double) override { return 0; }
};

/// Writes counts as whole numbers.
class CountTicker : public QCPAxisTicker
{
protected:
    QString getTickLabel(double tick, const QLocale &, QChar, int) override
    {
        return tick < 0 ? QString() : QLocale(QLocale::English).toString(static_cast<qint64>(tick));
    }
    double getTickStep(const QCPRange &range) override { return std::ceil(QCPAxisTicker::getTickStep(range)); }
    int getSubTickCount(double) override { return 0; }
};

/// Writes the time of day.
class ClockTicker : public QCPAxisTickerDateTime
{
public:
    ClockTicker()
    {
        setDateTimeFormat(u"HH:mm:ss"_s);
        setTickCount(6);
    }

protected:
    int getSubTickCount(double) override { return 0; }
};

/// A coloured square with a margin.
QIcon iconOf(const QColor &color)
{
    QPixmap pixmap(swatch);
    pixmap.fill(Qt::transparent);
    QPainter(&pixmap).fillRect(QRect(4, 0, swatch.height(), swatch.height()), color);
    return pixmap;
}

} // namespace

ActivityPlot::ActivityPlot(QWidget *parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot)
    , m_spans(new QButtonGroup(this))
{
    makeGraphs();
    makeAxes();
    auto *header = new QHBoxLayout;
    header->setContentsMargins(12, 6, 12, 0);
    m_chunksLegend = addLegendButton(header, tr("Chunks/s"), m_chunks);
    m_bytesLegend = addLegendButton(header, tr("Bytes/s"), m_bytes);
    m_lostLegend = addLegendButton(header, tr("Lost/s"), m_lost);
    header->addStretch(1);
    addSpanButtons(header);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(header);
    layout->addWidget(m_plot, 1);
    m_plot->setObjectName(u"plot"_s);
    m_plot->setAccessibleName(tr("Activity over time"));
    m_plot->setMinimumHeight(90);
    m_plot->setToolTip(tr("Click to select the chunks from that time"));
    connect(m_plot, &QCustomPlot::mouseRelease, this, &ActivityPlot::tellClickedTime);
    color();
}

void ActivityPlot::makeGraphs()
{
    m_markAxis = m_plot->axisRect()->addAxis(QCPAxis::atLeft);
    m_markAxis->setRange(-markStrip, 1);
    m_markAxis->setVisible(false);
    m_chunks = m_plot->addGraph();
    m_bytes = m_plot->addGraph(m_plot->xAxis, m_plot->yAxis2);
    m_lost = new QCPBars(m_plot->xAxis, m_plot->yAxis);
    m_lost->setWidth(1);
    m_lossMarks = m_plot->addGraph(m_plot->xAxis, m_markAxis);
    for (QCPGraph *graph : {m_chunks, m_bytes})
        graph->setLineStyle(QCPGraph::lsStepLeft);
    m_lossMarks->setLineStyle(QCPGraph::lsNone);
}

void ActivityPlot::makeAxes()
{
    m_plot->xAxis->setTicker(QSharedPointer<ClockTicker>::create());
    m_plot->yAxis->setTicker(QSharedPointer<CountTicker>::create());
    m_plot->yAxis2->setTicker(QSharedPointer<ByteTicker>::create());
    m_plot->yAxis2->setVisible(true);
    for (QCPAxis *axis : {m_plot->xAxis, m_plot->yAxis, m_plot->yAxis2})
        axis->setTickPen(Qt::NoPen);
    m_plot->xAxis->grid()->setVisible(false);
    m_plot->axisRect()->setMinimumMargins(QMargins(56, 8, 64, 0));
}

QToolButton *ActivityPlot::addLegendButton(QHBoxLayout *layout, const QString &text, QCPAbstractPlottable *graph)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setCheckable(true);
    button->setChecked(true);
    button->setAutoRaise(true);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setIconSize(swatch);
    button->setToolTip(tr("Show or hide"));
    connect(button, &QToolButton::toggled, this, [this, graph](bool checked) {
        graph->setVisible(checked);
        m_plot->yAxis2->setVisible(m_bytes->visible());
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    });
    layout->addWidget(button);
    return button;
}

void ActivityPlot::addSpanButtons(QHBoxLayout *layout)
{
    const QList<std::pair<int, QString>> spans{{60, tr("1 min")}, {600, tr("10 min")}, {3600, tr("1 h")}};
    for (const auto &[seconds, text] : spans) {
        auto *button = new QToolButton;
        button->setText(text);
        button->setCheckable(true);
        button->setChecked(seconds == m_span);
        button->setAutoRaise(true);
        button->setToolTip(tr("Show the last %1").arg(text));
        m_spans->addButton(button, seconds);
        layout->addWidget(button);
    }
    connect(m_spans, &QButtonGroup::idClicked, this, &ActivityPlot::setSpan);
}

void ActivityPlot::setSpan(int seconds)
{
    QAbstractButton *button = m_spans->button(seconds);
    if (!button || seconds == m_span)
        return;
    m_span = seconds;
    button->setChecked(true);
    Q_EMIT spanChanged(seconds);
}

void ActivityPlot::setActivity(const ActivityHistory &activity, qint64 second, qint64 clockOffset)
{
    m_clockOffset = clockOffset;
    const QList<Activity> seconds = activity.between(second - m_span + 1, second);
    fillGraphs(seconds);
    scaleAxes(seconds);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

double ActivityPlot::shownTime(qint64 second) const
{
    return static_cast<double>(second + m_clockOffset);
}

void ActivityPlot::fillGraphs(const QList<Activity> &seconds)
{
    QVector<double> times, chunks, bytes, lossTimes, lost;
    for (const Activity &activity : seconds) {
        const double time = shownTime(activity.second);
        times.append(time);
        chunks.append(static_cast<double>(activity.chunks));
        bytes.append(static_cast<double>(activity.bytes));
        if (activity.lost > 0) {
            lossTimes.append(time + 0.5);
            lost.append(static_cast<double>(activity.lost));
        }
    }
    const auto close = [](QVector<double> &values) { values.append(values.last()); }; // so that the last step has a width
    times.append(times.last() + 1);
    close(chunks);
    close(bytes);
    m_chunks->setData(times, chunks, true);
    m_bytes->setData(times, bytes, true);
    m_lost->setData(lossTimes, lost, true);
    m_lossMarks->setData(lossTimes, QVector<double>(lossTimes.size(), -markStrip / 2), true);
}

void ActivityPlot::scaleAxes(const QList<Activity> &seconds)
{
    quint64 mostChunks = 0;
    quint64 mostBytes = 0;
    for (const Activity &activity : seconds) {
        mostChunks = std::max({mostChunks, activity.chunks, activity.lost});
        mostBytes = std::max(mostBytes, activity.bytes);
    }
    m_plot->xAxis->setRange(shownTime(seconds.first().second), shownTime(seconds.last().second + 1));
    const auto scale = [](QCPAxis *axis, double top) { axis->setRange(-markStrip * top, top); };
    scale(m_plot->yAxis, std::max(static_cast<double>(mostChunks) * chunkHeadroom, 4.0));
    scale(m_plot->yAxis2, std::max(static_cast<double>(mostBytes) * byteHeadroom, 64.0));
}

void ActivityPlot::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        color();
}

void ActivityPlot::color()
{
    const auto clear = [](QColor color, float alpha) {
        color.setAlphaF(alpha);
        return color;
    };
    const Theme::Colors colors = Theme::colors(palette());
    m_plot->setBackground(palette().color(QPalette::Base));
    m_chunks->setPen(QPen(colors.chunks, 1.5));
    m_chunks->setBrush(clear(colors.chunks, 0.16F));
    m_bytes->setPen(QPen(colors.bytes, 1.2));
    m_lost->setPen(QPen(colors.loss, 1.5));
    m_lost->setBrush(clear(colors.loss, 0.25F));
    m_lossMarks->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssTriangle, colors.loss, colors.loss, 9));
    m_chunksLegend->setIcon(iconOf(colors.chunks));
    m_bytesLegend->setIcon(iconOf(colors.bytes));
    m_lostLegend->setIcon(iconOf(colors.loss));
    for (QCPAxis *axis : {m_plot->xAxis, m_plot->yAxis, m_plot->yAxis2}) {
        axis->setBasePen(QPen(colors.separator));
        axis->setTickLabelColor(colors.muted);
        axis->grid()->setPen(QPen(colors.separator, 1));
        axis->grid()->setZeroLinePen(QPen(colors.separator, 1));
    }
    m_plot->yAxis->setBasePen(Qt::NoPen);
    m_plot->yAxis2->setBasePen(Qt::NoPen);
    m_plot->yAxis->setTickLabelColor(colors.chunks);
    m_plot->yAxis2->setTickLabelColor(colors.bytes);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void ActivityPlot::tellClickedTime(QMouseEvent *event)
{
    const double from = std::floor(m_plot->xAxis->pixelToCoord(event->pos().x() - 1));
    const double to = std::max(std::ceil(m_plot->xAxis->pixelToCoord(event->pos().x() + 1)), from + 1);
    const auto moment = [this](double time) { return (static_cast<qint64>(time) - m_clockOffset) * std::nano::den; };
    Q_EMIT timeClicked(moment(from), moment(to));
}
