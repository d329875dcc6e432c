// SPDX-License-Identifier: Apache-2.0
#include "progressline.h"

#include "figures.h"
#include "standardstreams.h"

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

ProgressLine::ProgressLine(QObject *parent)
    : QObject(parent)
    , m_onTerminal(::isatty(STDERR_FILENO) != 0)
    , m_coloured(m_onTerminal && qEnvironmentVariableIsEmpty("NO_COLOR")) // no-color.org
{
    m_timer.setInterval(1s);
    connect(&m_timer, &QTimer::timeout, this, [this] { draw(false); });
}

ProgressLine::~ProgressLine()
{
    if (m_timer.isActive())
        draw(true);
}

void ProgressLine::setLossKnowledge(std::function<FileBus::LossKnowledge()> knowledge)
{
    m_lossKnowledge = std::move(knowledge);
}

void ProgressLine::start()
{
    m_start = std::chrono::steady_clock::now();
    m_timer.start();
}

void ProgressLine::chunk(const FileBus::Chunk &chunk)
{
    m_statistics.chunkReceived(chunk, FileBus::BusStatistics::Instant::now());
}

void ProgressLine::lost(quint64 count)
{
    m_statistics.chunksLost(count);
}

QString ProgressLine::text() const
{
    const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - m_start);
    const FileBus::BusStatistics::Figures figures = m_statistics.figures(FileBus::BusStatistics::Instant::now());
    return tr("%1  %2  %3  [%4]  [%5]%6")
        .arg(Figures::bytes(figures.bytes), Figures::chunks(figures.chunks), Figures::clock(elapsed),
             Figures::byteRate(figures.byteRate), Figures::rate(figures.seenRate), lossText(figures));
}

QString ProgressLine::lossText(const FileBus::BusStatistics::Figures &figures) const
{
    if (!m_lossKnowledge)
        return {};
    const QString text = tr("lost %1").arg(Figures::lost(figures.lost, m_lossKnowledge()));
    return figures.lost > 0 && m_coloured ? u"  \033[31m"_s + text + u"\033[0m"_s : u"  "_s + text;
}

void ProgressLine::draw(bool last)
{
    // Return to the first column, and clear the rest of a longer line.
    const QString line = m_onTerminal ? u"\r"_s + text() + u"\033[K"_s : text();
    StandardStreams::writeAll(STDERR_FILENO, (m_onTerminal && !last ? line : line + u'\n').toUtf8());
}
