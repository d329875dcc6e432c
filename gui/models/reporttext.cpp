// SPDX-License-Identifier: Apache-2.0
#include "reporttext.h"

#include "chunktext.h"
#include "figures.h"

#include <filebus/displaytext.h>

#include <QtCore/QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ReportText)
};

constexpr qsizetype longestShortName = 24;

QString orDash(const std::optional<std::chrono::nanoseconds> &time)
{
    return time ? Figures::duration(*time) : u"–"_s;
}

QString rate(double perSecond)
{
    return Figures::number(perSecond, QLocale(QLocale::English)) + u"/s"_s;
}

// A long name must not widen the window; the table of producers shows it in full.
QString shortProducer(FileBus::ProducerInfo producer)
{
    producer.program = FileBus::displayText(producer.program, longestShortName);
    return ChunkText::producer(producer);
}

QString lossShare(const FileBus::BusStatistics::Figures &figures)
{
    const double percent = 100.0 * static_cast<double>(figures.lost) / static_cast<double>(figures.lost + figures.chunks);
    const QString number = percent < 0.1 ? u"< 0.1"_s : QString::number(percent, 'f', percent < 10 ? 1 : 0);
    return Words::tr("%1% of all").arg(number);
}

// Nothing is known about the bus yet, so zeros would be wrong.
bool isUnseen(const BusReport &report)
{
    return report.state.kind != BusState::Receiving && report.figures.chunks == 0 && report.figures.lost == 0;
}

} // namespace

ReportText::Figure ReportText::published(const BusReport &report)
{
    if (isUnseen(report))
        return {u"–"_s, {}};
    const bool numbered = report.figures.newestSequence > 0 || report.figures.chunks == 0;
    if (!numbered)
        return {u"–"_s, Words::tr("unnumbered")};
    return {rate(report.figures.publishedRate), Words::tr("chunks")};
}

ReportText::Figure ReportText::seen(const BusReport &report)
{
    if (isUnseen(report))
        return {u"–"_s, {}};
    return {rate(report.figures.seenRate), Words::tr("%1 in total").arg(ChunkText::count(report.figures.chunks))};
}

ReportText::Figure ReportText::data(const BusReport &report)
{
    if (isUnseen(report))
        return {u"–"_s, {}};
    return {Figures::byteRate(report.figures.byteRate), Words::tr("%1 in total").arg(Figures::bytes(report.figures.bytes))};
}

ReportText::Figure ReportText::lost(const BusReport &report)
{
    if (isUnseen(report))
        return {u"–"_s, {}};
    const FileBus::BusStatistics::Figures &figures = report.figures;
    const QString number = ChunkText::count(figures.lost);
    const QString detail = figures.lost > 0 ? lossShare(figures) : QString();
    if (report.lossKnowledge == FileBus::LossKnowledge::Exact)
        return {number, figures.lost > 0 ? detail : Words::tr("exact")};
    if (report.lossKnowledge == FileBus::LossKnowledge::AtLeast || figures.lost > 0)
        return {u"≥ "_s + number, figures.lost > 0 ? Words::tr("at least %1").arg(detail) : Words::tr("at least")};
    return {Words::tr("unknown"), Words::tr("no numbers or events")};
}

ReportText::Figure ReportText::newest(const BusReport &report)
{
    const FileBus::BusStatistics::Figures &figures = report.figures;
    const bool isKnown = figures.age && report.state.kind != BusState::Silent;
    const QString age = isKnown ? Words::tr("%1 ago").arg(Figures::duration(*figures.age)) : QString();
    return {figures.newestSequence > 0 ? ChunkText::count(figures.newestSequence) : u"–"_s, age};
}

ReportText::Figure ReportText::latency(const BusReport &report)
{
    if (!report.figures.latencyMedian)
        return {u"–"_s, {}};
    return {orDash(report.figures.latencyMedian), Words::tr("99%: %1").arg(orDash(report.figures.latency99))};
}

ReportText::Figure ReportText::producers(const BusReport &report)
{
    const QList<FileBus::ProducerStatus> &all = report.producers;
    const auto alive =
        std::count_if(all.begin(), all.end(), [](const FileBus::ProducerStatus &producer) { return producer.alive; });
    if (all.isEmpty())
        return {u"–"_s, Words::tr("none known")};
    if (all.size() == 1)
        return {shortProducer(all.first().info), alive ? Words::tr("alive") : Words::tr("ended")};
    return {Words::tr("%1 alive").arg(alive), Words::tr("%1 ended").arg(all.size() - alive)};
}

ReportText::Figure ReportText::subscribers(const BusReport &report)
{
    const QList<FileBus::SubscriberStatus> &all = report.subscribers;
    const auto most =
        std::max_element(all.begin(), all.end(), [](const auto &one, const auto &other) { return one.waiting < other.waiting; });
    const quint64 waiting = most == all.end() ? 0 : most->waiting;
    const QString detail =
        waiting == 0 ? Words::tr("none waiting") : Words::tr("up to %1 waiting").arg(ChunkText::count(waiting));
    return {ChunkText::count(static_cast<quint64>(all.size())), detail};
}

ReportText::Figure ReportText::foundBy(const BusReport &report)
{
    if (report.reasonForPolling.isEmpty())
        return {Words::tr("events"), Words::tr("from the file system")};
    return {Words::tr("polling"), Words::tr("no events")};
}

QString ReportText::stateTitle(const BusState &state)
{
    switch (state.kind) {
    case BusState::Absent:
        return Words::tr("Waiting for the bus");
    case BusState::Empty:
        return Words::tr("Waiting for the first chunk");
    case BusState::Vanished:
        return Words::tr("The bus is gone");
    case BusState::Failed:
        return Words::tr("The bus cannot be read");
    case BusState::Silent:
        return Words::tr("The bus is not responding");
    default:
        return Words::tr("Receiving");
    }
}

QString ReportText::stateExplanation(const BusState &state, const QString &path)
{
    switch (state.kind) {
    case BusState::Absent:
        return Words::tr("%1 does not exist yet. It will appear as soon as a producer publishes on it.").arg(path);
    case BusState::Empty:
        return Words::tr("%1 exists, but nothing has been published on it yet.").arg(path);
    case BusState::Vanished:
        return Words::tr("%1 was removed. The viewer resumes when a producer creates it again.").arg(path);
    case BusState::Failed:
        return state.message;
    case BusState::Silent:
        return Words::tr(
                   "%1 has not responded since %2, because its file system hangs. The figures date from that time. The viewer "
                   "resumes when the file system responds.")
            .arg(path, ChunkText::clockTime(state.since));
    default:
        return path;
    }
}
