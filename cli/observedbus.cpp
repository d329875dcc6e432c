// SPDX-License-Identifier: Apache-2.0
#include "observedbus.h"

#include "figures.h"
#include "safejson.h"
#include "wallclock.h"

#include <filebus/displaytext.h>

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

constexpr int labelWidth = 13;

constexpr qsizetype longestLine = 16384; // several paths

// Whatever the value quotes, it stays one line, and has no power over the terminal.
QString row(const QString &label, const QString &value)
{
    return u"  "_s + label.leftJustified(labelWidth) + FileBus::displayText(value, longestLine) + u'\n';
}

QString userText(const std::optional<quint32> &userId)
{
    return userId ? QString::number(*userId) : ObservedBus::tr("unknown");
}

QJsonValue userJson(const std::optional<quint32> &userId)
{
    return userId ? QJsonValue(static_cast<qint64>(*userId)) : QJsonValue();
}

QByteArray heading(const QByteArray &fileName)
{
    return FileBus::displayText(fileName, longestLine).toUtf8() + '\n';
}

// An owner file may be empty, or not for us to read.
QString processText(const QString &program, qint64 pid, const QString &host)
{
    if (pid == 0 && program.isEmpty())
        return ObservedBus::tr("owner unknown");
    return ObservedBus::tr("%1, PID %2 on %3")
        .arg(FileBus::displayText(program), pid == 0 ? ObservedBus::tr("unknown") : QString::number(pid),
             FileBus::displayText(host));
}

QString stateText(bool judged, bool alive, const QString &otherwise)
{
    if (!judged)
        return ObservedBus::tr("cannot be judged from here");
    return alive ? ObservedBus::tr("alive") : otherwise;
}

QJsonValue stateJson(bool judged, bool alive)
{
    return judged ? QJsonValue(alive) : QJsonValue();
}

QJsonValue pidJson(qint64 pid)
{
    return pid > 0 ? QJsonValue(pid) : QJsonValue();
}

QString producerText(const FileBus::ProducerStatus &producer)
{
    const QString claim = producer.claimedBy
        ? ObservedBus::tr("; but the newest chunk, which names it, is of user %1").arg(*producer.claimedBy)
        : QString();
    return ObservedBus::tr("%1, user %2, %3%4")
        .arg(processText(producer.info.program, producer.info.pid, producer.info.host), userText(producer.userId),
             stateText(producer.judged, producer.alive, ObservedBus::tr("ended")), claim);
}

QJsonObject producerJson(const FileBus::ProducerStatus &producer)
{
    return {{u"id"_s, producer.info.id.toString(QUuid::WithoutBraces)},
            {u"pid"_s, pidJson(producer.info.pid)},
            {u"program"_s, producer.info.program},
            {u"host"_s, producer.info.host},
            {u"userId"_s, userJson(producer.userId)},
            {u"claimedByUserId"_s, userJson(producer.claimedBy)},
            {u"alive"_s, stateJson(producer.judged, producer.alive)}};
}

// For people: local, with the offset that makes it unambiguous.
QString localTime(qint64 nanoseconds)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(nanoseconds / 1'000'000);
    return time.toOffsetFromUtc(time.offsetFromUtc()).toString(Qt::ISODate);
}

QString utcTime(qint64 nanoseconds)
{
    return QDateTime::fromMSecsSinceEpoch(nanoseconds / 1'000'000, QTimeZone::UTC).toString(Qt::ISODate);
}

QString subscriberText(const FileBus::SubscriberStatus &subscriber)
{
    return ObservedBus::tr("%1: %2, user %3, %4, since %5, %6 chunks waiting")
        .arg(subscriber.name.isEmpty() ? ObservedBus::tr("(no name)") : FileBus::displayText(subscriber.name),
             processText(subscriber.program, subscriber.pid, subscriber.host), userText(subscriber.userId),
             stateText(subscriber.judged, subscriber.alive, ObservedBus::tr("gone")),
             subscriber.since > 0 ? localTime(subscriber.since) : ObservedBus::tr("an unknown time"),
             QString::number(subscriber.waiting));
}

QJsonObject subscriberJson(const FileBus::SubscriberStatus &subscriber)
{
    return {{u"name"_s, subscriber.name.isEmpty() ? QJsonValue() : QJsonValue(subscriber.name)},
            {u"pid"_s, pidJson(subscriber.pid)},
            {u"program"_s, subscriber.program},
            {u"host"_s, subscriber.host},
            {u"userId"_s, userJson(subscriber.userId)},
            {u"alive"_s, stateJson(subscriber.judged, subscriber.alive)},
            {u"since"_s, subscriber.since > 0 ? QJsonValue(utcTime(subscriber.since)) : QJsonValue()},
            {u"waiting"_s, static_cast<qint64>(subscriber.waiting)}};
}

QString knowledgeName(FileBus::LossKnowledge knowledge)
{
    switch (knowledge) {
    case FileBus::LossKnowledge::Exact:
        return u"exact"_s;
    case FileBus::LossKnowledge::AtLeast:
        return u"at least"_s;
    default:
        return u"unknown"_s;
    }
}

QJsonValue seconds(const std::optional<std::chrono::nanoseconds> &time)
{
    return time ? QJsonValue(std::chrono::duration<double>(*time).count()) : QJsonValue();
}

QString orDash(const std::optional<std::chrono::nanoseconds> &time)
{
    return time ? Figures::duration(*time) : u"-"_s;
}

// Of a slow bus one second shows no interval; the history shows those before.
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
    return past.figures(instant(std::max(wallClock(), inspection.recentTimes.last()))).publishedRate;
}

QString latencyText(const FileBus::BusStatistics::Figures &figures)
{
    const QString text = ObservedBus::tr("median %1, 99 %: %2").arg(orDash(figures.latencyMedian), orDash(figures.latency99));
    return figures.clocksDiffer ? text + ObservedBus::tr("; the clocks of producer and observer differ") : text;
}

} // namespace

ObservedBus::ObservedBus(const QByteArray &fileName, const Options &options)
    : m_fileName(fileName)
{
    m_consumer.setNativeFileName(fileName);
    m_consumer.setFileMonitoring(options.fileMonitoring);
    if (options.sleepInterval)
        m_consumer.setSleepInterval(*options.sleepInterval);
    connect(&m_consumer, &FileBus::Consumer::chunkReceived, this, [this](const FileBus::Chunk &chunk) {
        m_error.clear();
        m_statistics.chunkReceived(chunk, thisInstant());
    });
    connect(&m_consumer, &FileBus::Consumer::chunksLost, this,
            [this](quint64, quint64 count) { m_statistics.chunksLost(count); });
    connect(&m_consumer, &FileBus::Consumer::errorOccurred, this,
            [this](FileBus::Error, const QString &message) { m_error = message; });
}

void ObservedBus::start()
{
    m_statistics.begin(thisInstant());
    m_consumer.start();
}

ObservedReport ObservedReport::ofSilent(const QByteArray &fileName, std::chrono::seconds silence, bool asJson)
{
    const QString problem =
        ObservedBus::tr("does not answer for %1 s: its file system hangs").arg(QString::number(silence.count()));
    if (!asJson)
        return {heading(fileName) + row(ObservedBus::tr("stream"), problem).toUtf8() + '\n', false};
    return {SafeJson::line({{u"file"_s, QFile::decodeName(fileName)},
                            {u"error"_s, problem},
                            {u"silentSeconds"_s, static_cast<qint64>(silence.count())}})
                + '\n',
            false};
}

// One line of JSON, so that a program can read a running --watch line by line.
ObservedReport ObservedBus::report(bool asJson) const
{
    return {asJson ? SafeJson::line(json()) + '\n' : heading(m_fileName) + text().toUtf8() + '\n', isThere()};
}

bool ObservedBus::isThere() const
{
    return m_error.isEmpty() && m_consumer.receivedChunks() > 0;
}

QString ObservedBus::stateText(const FileBus::BusInspection &inspection) const
{
    if (!m_error.isEmpty())
        return m_error;
    if (!inspection.newest)
        return tr("no chunk is there");
    const std::optional<std::chrono::nanoseconds> age = m_statistics.figures(thisInstant()).age;
    if (!inspection.newest->isNumbered())
        return tr("chunks without numbers, as the original filebus writes them; the newest is %1 old").arg(orDash(age));
    return tr("%1, chunk %2, %3 old")
        .arg(inspection.newest->streamId().toString(QUuid::WithoutBraces), QString::number(inspection.newest->sequence()),
             orDash(age));
}

QString ObservedBus::producersText(const FileBus::BusInspection &inspection) const
{
    QString text;
    for (const FileBus::ProducerStatus &producer : inspection.producers)
        text += row(text.isEmpty() ? tr("producers") : QString(), producerText(producer));
    if (!text.isEmpty())
        return text;
    const bool known = inspection.newest && inspection.newest->userId();
    return row(tr("producers"), known ? tr("user %1, nothing else known").arg(*inspection.newest->userId()) : tr("none known"));
}

// A line for each, if there are any: most buses have none.
QString ObservedBus::subscribersText(const FileBus::BusInspection &inspection) const
{
    QString text;
    for (const FileBus::SubscriberStatus &subscriber : inspection.subscribers)
        text += row(text.isEmpty() ? tr("subscribers") : QString(), subscriberText(subscriber));
    return text;
}

QString ObservedBus::text() const
{
    const FileBus::BusInspection inspection = FileBus::BusInspection::of(m_fileName);
    const FileBus::BusStatistics::Figures figures = m_statistics.figures(thisInstant());
    const QString polling = m_consumer.reasonForPolling();
    return row(tr("stream"), stateText(inspection))                                                        //
        + row(tr("published"), Figures::rate(publishedRate(figures, inspection)))                          //
        + row(tr("seen"), Figures::rate(figures.seenRate) + u", "_s + Figures::byteRate(figures.byteRate)) //
        + row(tr("lost"), Figures::lost(figures.lost, m_consumer.lossKnowledge()))                         //
        + row(tr("latency"), latencyText(figures))                                                         //
        + row(tr("history"),
              tr("%1 chunks, %2")
                  .arg(QString::number(inspection.historyChunks),
                       Figures::bytes(static_cast<quint64>(inspection.historyBytes)))) //
        + producersText(inspection)                                                    //
        + subscribersText(inspection)                                                  //
        + row(tr("noticed by"), polling.isEmpty() ? tr("file system events") : tr("polling: %1").arg(polling));
}

QJsonObject ObservedBus::json() const
{
    const FileBus::BusInspection inspection = FileBus::BusInspection::of(m_fileName);
    const FileBus::BusStatistics::Figures figures = m_statistics.figures(thisInstant());
    const FileBus::Chunk newest = inspection.newest.value_or(FileBus::Chunk());
    QJsonArray producers, subscribers;
    for (const FileBus::SubscriberStatus &subscriber : inspection.subscribers)
        subscribers.append(subscriberJson(subscriber));
    for (const FileBus::ProducerStatus &producer : inspection.producers)
        producers.append(producerJson(producer));
    return {{u"file"_s, m_consumer.fileName()},
            {u"silentSeconds"_s, QJsonValue()},
            {u"error"_s, m_error.isEmpty() ? QJsonValue() : QJsonValue(m_error)},
            {u"stream"_s, newest.isNumbered() ? QJsonValue(newest.streamId().toString(QUuid::WithoutBraces)) : QJsonValue()},
            {u"sequence"_s, newest.isNumbered() ? QJsonValue(static_cast<qint64>(newest.sequence())) : QJsonValue()},
            {u"userId"_s, userJson(newest.userId())},
            {u"ageSeconds"_s, seconds(figures.age)},
            {u"publishedPerSecond"_s, publishedRate(figures, inspection)},
            {u"seenPerSecond"_s, figures.seenRate},
            {u"bytesPerSecond"_s, figures.byteRate},
            {u"chunks"_s, static_cast<qint64>(figures.chunks)},
            {u"bytes"_s, static_cast<qint64>(figures.bytes)},
            {u"lost"_s, static_cast<qint64>(figures.lost)},
            {u"lossKnowledge"_s, knowledgeName(m_consumer.lossKnowledge())},
            {u"latencySeconds"_s,
             QJsonObject{{u"median"_s, seconds(figures.latencyMedian)}, {u"percentile99"_s, seconds(figures.latency99)}}},
            {u"clocksDiffer"_s, figures.clocksDiffer},
            {u"history"_s,
             QJsonObject{{u"chunks"_s, static_cast<qint64>(inspection.historyChunks)}, {u"bytes"_s, inspection.historyBytes}}},
            {u"producers"_s, producers},
            {u"subscribers"_s, subscribers},
            {u"events"_s, m_consumer.reasonForPolling().isEmpty()},
            {u"reasonForPolling"_s,
             m_consumer.reasonForPolling().isEmpty() ? QJsonValue() : QJsonValue(m_consumer.reasonForPolling())}};
}
