// SPDX-License-Identifier: Apache-2.0
#include "payloadtext.h"

#include "jsonindenter.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QStringDecoder>

#include <algorithm>

using namespace Qt::StringLiterals;
using PayloadText::partSize;

namespace
{

constexpr qsizetype judgedBytes = 4096;
constexpr qsizetype largestJson = qsizetype(256) << 10; // more would cause a noticeable delay
constexpr qsizetype bytesPerLine = 16;

bool isControl(char byte)
{
    const auto code = static_cast<unsigned char>(byte);
    return (code < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f' && byte != '\033') || code == 0x7f;
}

bool looksLikeJson(const QByteArray &payload)
{
    const QByteArray trimmed = payload.trimmed();
    return (trimmed.startsWith('{') && trimmed.endsWith('}')) || (trimmed.startsWith('[') && trimmed.endsWith(']'));
}

char printable(char byte)
{
    return byte >= 0x20 && byte < 0x7f ? byte : '.';
}

QByteArray hexLine(qsizetype offset, QByteArrayView bytes)
{
    QByteArray line = QByteArray::number(offset, 16).rightJustified(8, '0') + "  ";
    QByteArray characters;
    for (qsizetype i = 0; i < bytesPerLine; ++i) {
        const bool there = i < bytes.size();
        line += (there ? QByteArray(1, bytes[i]).toHex() : QByteArray("  ")) + (i == bytesPerLine / 2 - 1 ? "  " : " ");
        if (there)
            characters += printable(bytes[i]);
    }
    return line + ' ' + characters + '\n';
}

bool continuesCharacter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

} // namespace

PayloadText::Kind PayloadText::kindOf(const QByteArray &payload)
{
    if (!isText(payload))
        return Binary;
    return !json(payload).isEmpty() ? Json : Text;
}

bool PayloadText::isText(const QByteArray &payload)
{
    const QByteArray beginning = payload.first(std::min(payload.size(), judgedBytes));
    if (std::any_of(beginning.begin(), beginning.end(), isControl))
        return false;
    QStringDecoder decoder(QStringDecoder::Utf8); // a character cut off at the end is not an error
    [[maybe_unused]] const QString decoded = decoder(beginning);
    return !decoder.hasError();
}

bool PayloadText::isUtf8(const QByteArray &payload)
{
    return QUtf8StringView(payload).isValidUtf8();
}

QString PayloadText::text(const QByteArray &payload)
{
    return QString::fromUtf8(payload);
}

QString PayloadText::hex(const QByteArray &payload, qsizetype firstOffset)
{
    QByteArray lines;
    for (qsizetype offset = 0; offset < payload.size(); offset += bytesPerLine)
        lines += hexLine(firstOffset + offset,
                         QByteArrayView(payload).sliced(offset, std::min(bytesPerLine, payload.size() - offset)));
    return QString::fromLatin1(lines);
}

QString PayloadText::json(const QByteArray &payload)
{
    if (payload.size() > largestJson || !looksLikeJson(payload))
        return {};
    return QJsonDocument::fromJson(payload).isNull() ? QString() : JsonIndenter(QString::fromUtf8(payload)).text();
}

qsizetype PayloadText::partCount(const QByteArray &payload)
{
    return std::max<qsizetype>((payload.size() + partSize - 1) / partSize, 1);
}

qsizetype PayloadText::partOffset(const QByteArray &payload, qsizetype number)
{
    qsizetype begin = std::min(number * partSize, payload.size());
    for (int step = 0; step < 3 && begin > 0 && begin < payload.size() && isText(payload); ++step)
        begin -= continuesCharacter(payload[begin]) ? 1 : 0;
    return begin;
}

QByteArray PayloadText::part(const QByteArray &payload, qsizetype number)
{
    const qsizetype begin = partOffset(payload, number);
    return payload.sliced(begin, partOffset(payload, number + 1) - begin);
}
