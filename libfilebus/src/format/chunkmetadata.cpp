// SPDX-License-Identifier: Apache-2.0
#include "format/chunkmetadata.h"

#include "format/chunkformat.h"
#include "format/strictjson.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStringBuilder>

#include <algorithm>
#include <limits>

namespace FileBus
{

namespace
{

using namespace Qt::StringLiterals;

struct MetadataText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ChunkMetadata)
};

constexpr qsizetype numberWidth = 20;  // digits of 2⁶⁴
constexpr qsizetype mostDigits = 19;   // of 2⁶³, and no more than 64 bits hold
constexpr qsizetype longestName = 255; // of a host or a program
constexpr qsizetype idWidth = 36;      // of a UUID without braces
constexpr QByteArrayView beforeStream("{\"format\":1,\"stream\":\"");
constexpr QByteArrayView beforeSequence("\",\"sequence\":");
constexpr QByteArrayView beforeTime(",\"time\":");
constexpr QByteArrayView beforeProducer(",\"producer\":");
constexpr qsizetype sequenceOffset = beforeStream.size() + idWidth + beforeSequence.size();
constexpr qsizetype timeOffset = sequenceOffset + numberWidth + beforeTime.size();
constexpr qsizetype producerOffset = timeOffset + numberWidth;

// Led by spaces, which JSON allows before a value.
void setFixedWidth(char *field, quint64 number)
{
    char *at = field + numberWidth;
    do {
        *--at = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    std::fill(field, at, ' ');
}

// Nothing if it is anything but spaces and then the digits of a positive number: then it takes a whole parser.
std::optional<qint64> readFixedWidth(QByteArrayView text)
{
    const auto *const begin = std::find_if(text.begin(), text.end(), [](char c) { return c != ' '; });
    if (begin == text.end() || *begin == '0' || text.end() - begin > mostDigits)
        return std::nullopt;
    quint64 number = 0;
    for (const auto *digit = begin; digit != text.end(); ++digit) {
        if (*digit < '0' || *digit > '9')
            return std::nullopt;
        number = number * 10 + static_cast<quint64>(*digit - '0');
    }
    return number <= std::numeric_limits<qint64>::max() ? std::optional(static_cast<qint64>(number)) : std::nullopt;
}

/// What was read last. The chunks of one producer differ in two numbers, which stand in the same place; all else need be read
/// once.
class LastMetadata
{
public:
    /// False if @p json differs in more than that.
    bool read(QByteArrayView json, Chunk &chunk) const;
    /// @p chunk: what a parser found in @p json.
    void remember(QByteArrayView json, const Chunk &chunk);

private:
    bool hasSameRest(QByteArrayView json) const;

    QByteArray m_json;
    QUuid m_stream;
    ProducerInfo m_producer;
};

bool LastMetadata::hasSameRest(QByteArrayView json) const
{
    const QByteArrayView last(m_json);
    return json.size() == last.size() && last.size() > producerOffset //
        && json.first(sequenceOffset) == last.first(sequenceOffset)
        && json.sliced(sequenceOffset + numberWidth, beforeTime.size()) == beforeTime
        && json.sliced(producerOffset) == last.sliced(producerOffset);
}

bool LastMetadata::read(QByteArrayView json, Chunk &chunk) const
{
    if (!hasSameRest(json))
        return false;
    const std::optional<qint64> sequence = readFixedWidth(json.sliced(sequenceOffset, numberWidth));
    const std::optional<qint64> time = readFixedWidth(json.sliced(timeOffset, numberWidth));
    if (!sequence || !time)
        return false;
    chunk.setStreamId(m_stream);
    chunk.setSequence(static_cast<quint64>(*sequence));
    chunk.setTime(*time);
    chunk.setProducer(m_producer);
    return true;
}

// Only what we would have written: another writer may name a member twice.
void LastMetadata::remember(QByteArrayView json, const Chunk &chunk)
{
    if (json != ChunkMetadata::encode(chunk))
        return;
    m_json = json.toByteArray();
    m_stream = chunk.streamId();
    m_producer = chunk.producer();
}

Failure corrupt(const QString &text)
{
    return {Error::CorruptChunk, text};
}

// A longer one is cut, so that nobody has to keep or show what a hostile producer calls itself.
QString readName(const QJsonValue &value)
{
    QString name = value.toString();
    if (name.size() > longestName)
        name.truncate(name[longestName - 1].isHighSurrogate() ? longestName - 1 : longestName);
    return name;
}

// QUuid accepts braces, and anything after the closing one.
QUuid readId(const QJsonValue &value)
{
    const QString text = value.toString();
    return text.size() == idWidth ? QUuid::fromString(text) : QUuid();
}

ProducerInfo readProducer(const QJsonObject &object)
{
    return {readId(object["id"_L1]), object["pid"_L1].toInteger(), readName(object["host"_L1]), readName(object["program"_L1])};
}

QByteArray encodeProducer(const ProducerInfo &producer)
{
    const QJsonObject object{{u"id"_s, producer.id.toString(QUuid::WithoutBraces)},
                             {u"pid"_s, producer.pid},
                             {u"host"_s, producer.host},
                             {u"program"_s, producer.program}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Outcome parse(QByteArrayView json, Chunk &chunk)
{
    const std::optional<QByteArray> exact = StrictJson::exact(json);
    const QJsonObject object = exact ? QJsonDocument::fromJson(*exact).object() : QJsonObject();
    const QJsonValue format = object["format"_L1];
    if (!format.isDouble())
        return corrupt(MetadataText::tr("%1 is not the JSON object that it must be").arg(QLatin1StringView(ChunkMetadata::name)));
    if (format.toInteger() != ChunkMetadata::version)
        return done();

    const QUuid stream = readId(object["stream"_L1]);
    const qint64 sequence = object["sequence"_L1].toInteger();
    const qint64 time = object["time"_L1].toInteger();
    if (stream.isNull() || sequence < 1 || time < 0)
        return corrupt(MetadataText::tr("%1 has no valid stream, sequence and time").arg(QLatin1StringView(ChunkMetadata::name)));
    chunk.setStreamId(stream);
    chunk.setSequence(static_cast<quint64>(sequence));
    chunk.setTime(time);
    chunk.setProducer(readProducer(object["producer"_L1].toObject()));
    return done();
}

} // namespace

QByteArray ChunkMetadata::encode(const Chunk &chunk)
{
    const QByteArray number(numberWidth, ' ');
    QByteArray json = beforeStream % chunk.streamId().toByteArray(QUuid::WithoutBraces) //
        % beforeSequence % number % beforeTime % number                                 //
        % beforeProducer % encodeProducer(chunk.producer()) % "}\n";
    setNumbers(json.data(), chunk.sequence(), chunk.time());
    return json;
}

void ChunkMetadata::setNumbers(char *json, quint64 sequence, qint64 time)
{
    setFixedWidth(json + sequenceOffset, sequence);
    setFixedWidth(json + timeOffset, static_cast<quint64>(time));
}

Outcome ChunkMetadata::read(QByteArrayView json, Chunk &chunk)
{
    if (json.size() > maximumSize)
        return corrupt(MetadataText::tr("%1 has %2 bytes").arg(QLatin1StringView(name), QString::number(json.size())));
    thread_local LastMetadata last;
    if (last.read(json, chunk))
        return done();
    const Outcome parsed = parse(json, chunk);
    if (parsed)
        last.remember(json, chunk);
    return parsed;
}

} // namespace FileBus
