// SPDX-License-Identifier: Apache-2.0
#include "observedbus.h"

#include "figures.h"
#include "processtext.h"
#include "safejson.h"
#include "statusjson.h"

#include <filebus/busaddress.h>
#include <filebus/displaytext.h>

#include <QtCore/QDateTime>
#include <QtCore/QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

constexpr int labelWidth = 13;

constexpr qsizetype longestLine = 16384; // several paths

// Whatever the value quotes, it stays on one line and cannot control the terminal.
QString row(const QString &label, const QString &value)
{
    return u"  "_s + label.leftJustified(labelWidth) + FileBus::displayText(value, longestLine) + u'\n';
}

QString userText(const std::optional<quint32> &userId)
{
    return userId ? QString::number(*userId) : ObservedBus::tr("unknown");
}

QByteArray heading(const QByteArray &fileName)
{
    return FileBus::displayAddress(fileName).toUtf8() + '\n';
}

QString stateText(bool judged, bool alive, const QString &otherwise)
{
    if (!judged)
        return ObservedBus::tr("cannot be determined from here");
    return alive ? ObservedBus::tr("alive") : otherwise;
}

QString producerText(const FileBus::ProducerStatus &producer)
{
    const QString claim = producer.claimedBy
        ? ObservedBus::tr("; but the newest chunk in its name belongs to user %1").arg(*producer.claimedBy)
        : QString();
    return ObservedBus::tr("%1, user %2, %3%4")
        .arg(ProcessText::process(producer.info.program, producer.info.pid, producer.info.host), userText(producer.userId),
             stateText(producer.judged, producer.alive, ObservedBus::tr("ended")), claim);
}

// For people: local time, with the offset that makes it unambiguous.
QString localTime(qint64 nanoseconds)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(nanoseconds / 1'000'000);
    return time.toOffsetFromUtc(time.offsetFromUtc()).toString(Qt::ISODate);
}

QString subscriberText(const FileBus::SubscriberStatus &subscriber)
{
    return ObservedBus::tr("%1: %2, user %3, %4, since %5, %6 waiting")
        .arg(subscriber.name.isEmpty() ? ObservedBus::tr("(no name)") : FileBus::displayText(subscriber.name),
             ProcessText::process(subscriber.program, subscriber.pid, subscriber.host), userText(subscriber.userId),
             stateText(subscriber.judged, subscriber.alive, ObservedBus::tr("gone")),
             subscriber.since > 0 ? localTime(subscriber.since) : ObservedBus::tr("an unknown time"),
             Figures::chunks(subscriber.waiting));
}

QString orDash(const std::optional<std::chrono::nanoseconds> &time)
{
    return time ? Figures::duration(*time) : u"-"_s;
}

// One second of a slow bus shows no interval between chunks; the history does.
double publishedRate(const FileBus::BusStatistics::Figures &figures, const FileBus::BusInspection &inspection)
{
    if (figures.chunks > 1 || inspection.recentTimes.isEmpty())
        return figures.publishedRate;
    const auto instant = [](qint64 time) { return FileBus::BusStatistics::Instant{std::chrono::nanoseconds(time), time}; };
    FileBus::BusStatistics past;
    FileBus::Chunk chunk;
    for (const qint64 time : inspection.recentTimes) {
        chunk.setSequence(chunk.sequence() + 1);
        past.chunkReceived(chunk, instant(time));
    }
    const qint64 now = FileBus::BusStatistics::Instant::now().time;
    return past.figures(instant(std::max(now, inspection.recentTimes.last()))).publishedRate;
}

QString latencyText(const FileBus::BusStatistics::Figures &figures)
{
    const QString text =
        ObservedBus::tr("median %1, 99th percentile %2").arg(orDash(figures.latencyMedian), orDash(figures.latency99));
    return figures.clocksDiffer ? text + ObservedBus::tr("; the clocks of producer and observer differ") : text;
}

QString eventsText(const QByteArray &fileName)
{
    return FileBus::isClusterAddress(fileName) ? ObservedBus::tr("messages of the servers")
                                               : ObservedBus::tr("file system events");
}

QString producersText(const FileBus::BusInspection &inspection)
{
    QString text;
    for (const FileBus::ProducerStatus &producer : inspection.producers)
        text += row(text.isEmpty() ? ObservedBus::tr("producers") : QString(), producerText(producer));
    if (!text.isEmpty())
        return text;
    const bool known = inspection.newest && inspection.newest->userId();
    return row(ObservedBus::tr("producers"),
               known ? ObservedBus::tr("user %1, otherwise unknown").arg(*inspection.newest->userId())
                     : ObservedBus::tr("none known"));
}

// One line per subscriber. Most buses have none.
QString subscribersText(const FileBus::BusInspection &inspection)
{
    QString text;
    for (const FileBus::SubscriberStatus &subscriber : inspection.subscribers)
        text += row(text.isEmpty() ? ObservedBus::tr("subscribers") : QString(), subscriberText(subscriber));
    return text;
}

} // namespace

ObservedBus::ObservedBus(const QByteArray &fileName, const Options &options)
    : m_fileName(fileName)
    , m_observer(fileName)
{
    m_observer.consumer().setFileMonitoring(options.fileMonitoring);
    if (options.sleepInterval)
        m_observer.consumer().setSleepInterval(*options.sleepInterval);
}

void ObservedBus::start()
{
    m_observer.start();
}

ObservedReport ObservedReport::ofSilent(const QByteArray &fileName, std::chrono::seconds silence, bool asJson)
{
    const QString seconds = QString::number(silence.count());
    const QString problem = FileBus::isClusterAddress(fileName)
        ? ObservedBus::tr("no answer for %1 s from its servers").arg(seconds)
        : ObservedBus::tr("no answer for %1 s: its file system hangs").arg(seconds);
    if (!asJson)
        return {heading(fileName) + row(ObservedBus::tr("stream"), problem).toUtf8() + '\n', false};
    return {SafeJson::line({{u"file"_s, QFile::decodeName(FileBus::withoutSecrets(fileName))},
                            {u"error"_s, problem},
                            {u"silentSeconds"_s, static_cast<qint64>(silence.count())}})
                + '\n',
            false};
}

// JSON on one line, so that a program can read a running --watch line by line.
ObservedReport ObservedBus::report(bool asJson)
{
    const FileBus::BusInspection inspection = m_observer.inspect();
    FileBus::BusStatistics::Figures figures = m_observer.figures(FileBus::BusStatistics::Instant::now());
    figures.publishedRate = publishedRate(figures, inspection);
    const bool isThere = m_observer.problem().isEmpty() && m_observer.consumer().receivedChunks() > 0;
    if (asJson)
        return {SafeJson::line(StatusJson::of(m_observer, problem(), inspection, figures)) + '\n', isThere};
    return {heading(m_fileName) + text(inspection, figures).toUtf8() + '\n', isThere};
}

QString ObservedBus::problem() const
{
    if (m_observer.exists() || !m_observer.problem().isEmpty())
        return m_observer.problem();
    return tr("%1 does not exist; check the path, or publish a chunk on it").arg(FileBus::displayText(m_fileName, longestLine));
}

QString ObservedBus::stateText(const FileBus::BusInspection &inspection, const FileBus::BusStatistics::Figures &figures) const
{
    if (const QString why = problem(); !why.isEmpty())
        return why;
    if (!inspection.newest)
        return tr("no chunk on the bus");
    const QString age = orDash(figures.age);
    if (!inspection.newest->isNumbered())
        return tr("unnumbered chunks, as written by the original filebus; the newest is %1 old").arg(age);
    return tr("%1, chunk %2, %3 old")
        .arg(inspection.newest->streamId().toString(QUuid::WithoutBraces), QString::number(inspection.newest->sequence()), age);
}

QString ObservedBus::text(const FileBus::BusInspection &inspection, const FileBus::BusStatistics::Figures &figures) const
{
    const QString polling = m_observer.consumer().reasonForPolling();
    const QString missing = m_observer.inspectionProblem();
    return row(tr("stream"), stateText(inspection, figures))                                               //
        + row(tr("published"), Figures::rate(figures.publishedRate))                                       //
        + row(tr("seen"), Figures::rate(figures.seenRate) + u", "_s + Figures::byteRate(figures.byteRate)) //
        + row(tr("lost"), Figures::lost(figures.lost, m_observer.consumer().lossKnowledge()))              //
        + row(tr("latency"), latencyText(figures))                                                         //
        + row(tr("history"),
              tr("%1, %2").arg(Figures::chunks(inspection.historyChunks),
                               Figures::bytes(static_cast<quint64>(inspection.historyBytes)))) //
        + producersText(inspection)                                                            //
        + subscribersText(inspection)                                                          //
        + row(tr("found by"), polling.isEmpty() ? eventsText(m_fileName) : tr("polling: %1").arg(polling))
        + (missing.isEmpty() ? QString() : row(tr("incomplete"), missing));
}
