// SPDX-License-Identifier: Apache-2.0
#include "jsonlineswriter.h"

#include "payloadtext.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

using namespace Qt::StringLiterals;

namespace
{

QJsonObject lossObject(const ChunkEntry &entry)
{
    return {{u"lost"_s, static_cast<qint64>(entry.lostCount)},
            {u"firstSequence"_s, entry.firstLost > 0 ? QJsonValue(static_cast<qint64>(entry.firstLost)) : QJsonValue()}};
}

QJsonObject producerObject(const FileBus::ProducerInfo &producer)
{
    return {{u"id"_s, producer.id.toString(QUuid::WithoutBraces)},
            {u"program"_s, producer.program},
            {u"pid"_s, producer.pid},
            {u"host"_s, producer.host}};
}

void addPlace(QJsonObject &object, const FileBus::Chunk &chunk)
{
    object[u"stream"_s] = chunk.streamId().toString(QUuid::WithoutBraces);
    object[u"sequence"_s] = static_cast<qint64>(chunk.sequence());
    object[u"producer"_s] = producerObject(chunk.producer());
}

void addPayload(QJsonObject &object, const QByteArray &payload)
{
    if (PayloadText::isUtf8(payload))
        object[u"text"_s] = QString::fromUtf8(payload);
    else
        object[u"base64"_s] = QString::fromLatin1(payload.toBase64());
}

QJsonObject chunkObject(const ChunkEntry &entry)
{
    QJsonObject object{
        {u"time"_s, entry.shownTime()}, {u"size"_s, entry.chunk.payload().size()}, {u"fromHistory"_s, entry.fromHistory}};
    if (entry.chunk.isNumbered())
        addPlace(object, entry.chunk);
    addPayload(object, entry.chunk.payload());
    return object;
}

} // namespace

bool JsonLinesWriter::write(const ChunkEntry &entry)
{
    const QJsonObject object = entry.isLoss() ? lossObject(entry) : chunkObject(entry);
    return writeAll(m_device, QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}
