// SPDX-License-Identifier: Apache-2.0
#include "figuresbar.h"

#include "plainlabel.h"
#include "plaintext.h"
#include "theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace
{

void setTextColor(QLabel *label, const QColor &color)
{
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
}

QFont scaled(QFont font, double factor, QFont::Weight weight = QFont::Normal)
{
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setWeight(weight);
    return font;
}

} // namespace

FiguresBar::FiguresBar(QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(24);
    m_published =
        addTile(layout, u"published"_s, tr("Published"), tr("Chunks published per second, according to their sequence numbers"));
    m_seen = addTile(layout, u"seen"_s, tr("Seen"),
                     tr("Chunks that this viewer received per second, and in total since it opened the bus"));
    m_data = addTile(layout, u"data"_s, tr("Data"), tr("Payload received per second, and in total since the bus was opened"));
    m_lost =
        addTile(layout, u"lost"_s, tr("Lost"), tr("Chunks that were gone before they could be read, since the bus was opened"));
    m_newest = addTile(layout, u"newest"_s, tr("Newest chunk"), tr("Sequence number and age of the newest chunk"));
    m_latency =
        addTile(layout, u"latency"_s, tr("Latency (median)"), tr("Time from publishing to receipt: median and 99th percentile"));
    m_producers = addTile(layout, u"producers"_s, tr("Producers"), tr("Processes that publish or have published on the bus"));
    m_subscribers = addTile(layout, u"subscribers"_s, tr("Subscribers"),
                            tr("Lossless consumers, and the largest number of chunks that wait for one of them"));
    m_foundBy = addTile(layout, u"foundBy"_s, tr("Found by"), tr("How the viewer finds new chunks"));
    layout->addStretch(1);
    colorTexts();
}

FiguresBar::Tile FiguresBar::addTile(QHBoxLayout *layout, const QString &name, const QString &title, const QString &explanation)
{
    const Tile tile{new QWidget(this), new PlainLabel(title), new PlainLabel, new PlainLabel};
    tile.title->setFont(scaled(font(), 0.85));
    tile.value->setFont(scaled(font(), 1.25, QFont::DemiBold));
    tile.detail->setFont(scaled(font(), 0.85));
    tile.value->setObjectName(name);
    tile.detail->setObjectName(name + u"Detail"_s);
    tile.value->setAccessibleName(title);
    tile.box->setToolTip(explanation);
    auto *column = new QVBoxLayout(tile.box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    for (QLabel *label : {tile.title, tile.value, tile.detail})
        column->addWidget(label);
    layout->addWidget(tile.box);
    return tile;
}

void FiguresBar::setReport(const BusReport &report)
{
    set(m_published, ReportText::published(report));
    set(m_seen, ReportText::seen(report));
    set(m_data, ReportText::data(report));
    set(m_lost, ReportText::lost(report));
    set(m_newest, ReportText::newest(report));
    set(m_latency, ReportText::latency(report));
    set(m_producers, ReportText::producers(report));
    set(m_subscribers, ReportText::subscribers(report));
    m_subscribers.box->setVisible(!report.subscribers.isEmpty());
    set(m_foundBy, ReportText::foundBy(report));
    if (!report.reasonForPolling.isEmpty())
        m_foundBy.box->setToolTip(PlainText::toolTip(report.reasonForPolling));
    m_hasLosses = report.figures.lost > 0;
    if (std::exchange(m_isOld, report.state.kind == BusState::Silent) != m_isOld)
        colorTexts();
    colorLosses();
}

// A tile never becomes narrower, so that changing figures do not move their neighbours.
void FiguresBar::set(const Tile &tile, const ReportText::Figure &figure)
{
    tile.value->setText(figure.value);
    tile.detail->setText(figure.detail);
    tile.box->setMinimumWidth(std::max(tile.box->minimumWidth(), tile.box->sizeHint().width()));
}

void FiguresBar::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colorTexts();
}

void FiguresBar::colorTexts()
{
    const QColor muted = Theme::colors(palette()).muted;
    for (const Tile &tile : {m_published, m_seen, m_data, m_lost, m_newest, m_latency, m_producers, m_subscribers, m_foundBy}) {
        setTextColor(tile.title, muted);
        setTextColor(tile.value, m_isOld ? muted : palette().color(QPalette::WindowText));
        setTextColor(tile.detail, muted);
    }
    colorLosses();
}

void FiguresBar::colorLosses()
{
    setTextColor(m_lost.value,
                 m_hasLosses && !m_isOld ? Theme::colors(palette()).loss
                                         : m_foundBy.value->palette().color(QPalette::WindowText));
}
