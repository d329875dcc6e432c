// SPDX-License-Identifier: Apache-2.0
#include "statusjson.h"

#include <filebus/busaddress.h>

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTimeZone>

using namespace Qt::StringLiterals;

namespace
{

QJsonValue userJson(const std::optional<quint32> &userId)
{
    return userId ? QJsonValue(static_cast<qint64>(*userId)) : QJsonValue();
}

QJsonValue stateJson(bool judged, bool alive)
{
    return judged ? QJsonValue(alive) : QJsonValue();
}

QJsonValue pidJson(qint64 pid)
{
    return pid > 0 ? QJsonValue(pid) : QJsonValue();
}

QJsonValue textJson(const QString &text)
{
    return text.isEmpty() ? QJsonValue() : QJsonValue(text);
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

QString utcTime(qint64 nanoseconds)
{
    return QDateTime::fromMSecsSinceEpoch(nanoseconds / 1'000'000, QTimeZone::UTC).toString(Qt::ISODate);
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

} // namespace

QJsonObject StatusJson::of(const BusObserver &bus, const QString &problem, const FileBus::BusInspection &inspection,
                           const FileBus::BusStatistics::Figures &figures)
{
    const FileBus::Consumer &consumer = bus.consumer();
    const FileBus::Chunk newest = inspection.newest.value_or(FileBus::Chunk());
    QJsonArray producers, subscribers;
    for (const FileBus::SubscriberStatus &subscriber : inspection.subscribers)
        subscribers.append(subscriberJson(subscriber));
    for (const FileBus::ProducerStatus &producer : inspection.producers)
        producers.append(producerJson(producer));
    return {{u"file"_s, QFile::decodeName(FileBus::withoutSecrets(consumer.nativeFileName()))},
            {u"silentSeconds"_s, QJsonValue()},
            {u"error"_s, textJson(problem)},
            {u"inspectionError"_s, textJson(bus.inspectionProblem())},
            {u"stream"_s, newest.isNumbered() ? QJsonValue(newest.streamId().toString(QUuid::WithoutBraces)) : QJsonValue()},
            {u"sequence"_s, newest.isNumbered() ? QJsonValue(static_cast<qint64>(newest.sequence())) : QJsonValue()},
            {u"userId"_s, userJson(newest.userId())},
            {u"ageSeconds"_s, seconds(figures.age)},
            {u"publishedPerSecond"_s, figures.publishedRate},
            {u"seenPerSecond"_s, figures.seenRate},
            {u"bytesPerSecond"_s, figures.byteRate},
            {u"chunks"_s, static_cast<qint64>(figures.chunks)},
            {u"bytes"_s, static_cast<qint64>(figures.bytes)},
            {u"lost"_s, static_cast<qint64>(figures.lost)},
            {u"lossKnowledge"_s, knowledgeName(consumer.lossKnowledge())},
            {u"latencySeconds"_s,
             QJsonObject{{u"median"_s, seconds(figures.latencyMedian)}, {u"percentile99"_s, seconds(figures.latency99)}}},
            {u"clocksDiffer"_s, figures.clocksDiffer},
            {u"history"_s,
             QJsonObject{{u"chunks"_s, static_cast<qint64>(inspection.historyChunks)}, {u"bytes"_s, inspection.historyBytes}}},
            {u"producers"_s, producers},
            {u"subscribers"_s, subscribers},
            {u"events"_s, consumer.reasonForPolling().isEmpty()},
            {u"reasonForPolling"_s, textJson(consumer.reasonForPolling())}};
}
