// SPDX-License-Identifier: Apache-2.0
#include "payloadtext.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QStringDecoder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype judgedBytes = 4096;
constexpr qsizetype largestJson = qsizetype(4) << 20; // beyond that nobody reads it, and parsing would be felt
constexpr qsizetype bytesPerLine = 16;

bool isControl(char byte)
{
    const auto code = static_cast<unsigned char>(byte);
    return (code < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f' && byte != '\033') || code == 0x7f;
}

bool isText(const QByteArray &payload)
{
    const QByteArray beginning = payload.first(std::min(payload.size(), judgedBytes));
    if (std::any_of(beginning.begin(), beginning.end(), isControl))
        return false;
    QStringDecoder decoder(QStringDecoder::Utf8); // a character that is cut off at the end is no error
    [[maybe_unused]] const QString decoded = decoder(beginning);
    return !decoder.hasError();
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

} // namespace

PayloadText::Kind PayloadText::kindOf(const QByteArray &payload)
{
    if (!isText(payload))
        return Binary;
    return !json(payload).isEmpty() ? Json : Text;
}

QString PayloadText::text(const QByteArray &payload)
{
    return QString::fromUtf8(payload);
}

QString PayloadText::hex(const QByteArray &payload)
{
    QByteArray lines;
    for (qsizetype offset = 0; offset < payload.size(); offset += bytesPerLine)
        lines += hexLine(offset, QByteArrayView(payload).sliced(offset, std::min(bytesPerLine, payload.size() - offset)));
    return QString::fromLatin1(lines);
}

QString PayloadText::json(const QByteArray &payload)
{
    if (payload.size() > largestJson || !looksLikeJson(payload))
        return {};
    const QJsonDocument document = QJsonDocument::fromJson(payload);
    return document.isNull() ? QString() : QString::fromUtf8(document.toJson(QJsonDocument::Indented));
}
