// SPDX-License-Identifier: Apache-2.0
#include "chunkformat.h"

#include "tararchive.h"

#include <KTar>

#include <QtCore/QBuffer>
#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTimeZone>

#include <limits>

namespace FileBus
{

namespace
{

using namespace Qt::StringLiterals;

struct ChunkText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ChunkFormat)
};

constexpr mode_t entryMode = 0100644;
constexpr qsizetype endOfArchive = 2 * TarArchive::blockSize; // POSIX: two blocks of zeros; KTar leaves them out
constexpr int numberWidth = 20;                               // digits of 2⁶⁴
constexpr qint64 nanosecondsPerSecond = 1'000'000'000;

Failure corrupt(const QString &text)
{
    return {Error::CorruptChunk, text};
}

// Led by spaces, which JSON allows before a value.
QByteArray fixedWidth(quint64 number)
{
    return QByteArray::number(number).rightJustified(numberWidth, ' ');
}

QByteArray producerObject(const ProducerInfo &producer)
{
    const QJsonObject object{{u"id"_s, producer.id.toString(QUuid::WithoutBraces)},
                             {u"pid"_s, producer.pid},
                             {u"host"_s, producer.host},
                             {u"program"_s, producer.program}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

void beginEntry(KTar &tar, const char *name, qsizetype size, const QDateTime &time)
{
    // An explicit UTC time: without one KTar asks for the local time zone for each entry.
    [[maybe_unused]] const bool begun =
        tar.prepareWriting(QString::fromLatin1(name), QString(), QString(), size, entryMode, time, time, time);
    Q_ASSERT(begun); // into memory, of a size that is checked before
}

// 0 (unknown) for a time that only a hostile header states: after the year 2262.
qint64 nanoseconds(qint64 seconds)
{
    constexpr qint64 latest = std::numeric_limits<qint64>::max() / nanosecondsPerSecond;
    return seconds > latest ? 0 : seconds * nanosecondsPerSecond;
}

ProducerInfo readProducer(const QJsonObject &object)
{
    return {QUuid::fromString(object["id"_L1].toString()), object["pid"_L1].toInteger(), object["host"_L1].toString(),
            object["program"_L1].toString()};
}

Outcome readMetadata(QByteArrayView json, Chunk &chunk)
{
    if (json.size() > ChunkFormat::maximumMetadataSize)
        return corrupt(ChunkText::tr("%1 has %2 bytes").arg(QLatin1StringView(ChunkFormat::metadataName)).arg(json.size()));
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), json.size()));
    const QJsonObject object = document.object();
    const QJsonValue format = object["format"_L1];
    if (!format.isDouble())
        return corrupt(ChunkText::tr("%1 is not the JSON object it should be").arg(QLatin1StringView(ChunkFormat::metadataName)));
    if (format.toInteger() != ChunkFormat::version)
        return done();

    const QUuid stream = QUuid::fromString(object["stream"_L1].toString());
    const qint64 sequence = object["sequence"_L1].toInteger();
    const qint64 time = object["time"_L1].toInteger();
    if (stream.isNull() || sequence < 1 || time < 0)
        return corrupt(
            ChunkText::tr("%1 has no valid stream, sequence and time").arg(QLatin1StringView(ChunkFormat::metadataName)));
    chunk.setStreamId(stream);
    chunk.setSequence(static_cast<quint64>(sequence));
    chunk.setTime(time);
    chunk.setProducer(readProducer(object["producer"_L1].toObject()));
    return done();
}

// The one regular entry of that name; an empty name in the result if there is none.
Result<TarEntry> find(const QList<TarEntry> &entries, QByteArrayView name)
{
    TarEntry found;
    for (const TarEntry &entry : entries) {
        if (entry.name != name)
            continue;
        const QLatin1StringView shown(name.data(), name.size());
        if (!found.name.isNull())
            return corrupt(ChunkText::tr("it has more than one entry %1").arg(shown));
        if (!entry.isRegular())
            return corrupt(ChunkText::tr("its entry %1 is a %2, not a regular file").arg(shown, entry.typeName()));
        found = entry;
    }
    return found;
}

} // namespace

QByteArray ChunkFormat::encodeMetadata(const Chunk &chunk)
{
    return "{\"format\":" + QByteArray::number(version)                         //
        + ",\"stream\":\"" + chunk.streamId().toByteArray(QUuid::WithoutBraces) //
        + "\",\"sequence\":" + fixedWidth(chunk.sequence())                     //
        + ",\"time\":" + fixedWidth(static_cast<quint64>(chunk.time()))         //
        + ",\"producer\":" + producerObject(chunk.producer()) + "}\n";
}

qsizetype ChunkFormat::metadataOffset(qsizetype payloadSize)
{
    return TarArchive::blockSize + TarArchive::padded(payloadSize) + TarArchive::blockSize;
}

QByteArray ChunkFormat::encode(const Chunk &chunk)
{
    const Frame around = frame(chunk);
    return around.head + chunk.payload() + around.tail;
}

// KTar is told of the payload and not given it: it writes the header before it, and the padding behind it.
ChunkFormat::Frame ChunkFormat::frame(const Chunk &chunk)
{
    const QDateTime time = QDateTime::fromSecsSinceEpoch(chunk.time() / nanosecondsPerSecond, QTimeZone::UTC);
    const qsizetype size = chunk.payload().size();
    const QByteArray metadata = encodeMetadata(chunk);

    QByteArray bytes;
    QBuffer buffer(&bytes);
    KTar tar(&buffer);
    tar.open(QIODevice::WriteOnly);
    beginEntry(tar, payloadName, size, time);
    tar.finishWriting(size);
    beginEntry(tar, metadataName, metadata.size(), time);
    tar.writeData(metadata.constData(), metadata.size());
    tar.finishWriting(metadata.size());
    tar.close();
    bytes.append(endOfArchive, '\0');
    return {bytes.first(TarArchive::blockSize), bytes.sliced(TarArchive::blockSize)};
}

Result<Chunk> ChunkFormat::decode(QByteArrayView bytes)
{
    Result<QList<TarEntry>> entries = TarArchive::entries(bytes);
    if (!entries)
        return entries.failure();
    Result<TarEntry> payload = find(*entries, payloadName);
    if (!payload)
        return payload.failure();
    if (payload->name.isNull())
        return corrupt(ChunkText::tr("it has no entry %1").arg(QLatin1StringView(payloadName)));
    if (payload->content.size() > Chunk::maximumPayloadSize)
        return Failure{Error::ChunkTooLarge,
                       ChunkText::tr("its payload has %1 bytes, and the most is %2")
                           .arg(payload->content.size())
                           .arg(Chunk::maximumPayloadSize)};
    Result<TarEntry> metadata = find(*entries, metadataName);
    if (!metadata)
        return metadata.failure();

    Chunk chunk(payload->content.toByteArray());
    chunk.setTime(nanoseconds(payload->time));
    if (!metadata->name.isNull()) {
        if (const Outcome read = readMetadata(metadata->content, chunk); !read)
            return read.failure();
    }
    return chunk;
}

} // namespace FileBus
