// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <algorithm>

/// Tar archives written byte by byte, according to the table of pax(1), so that they can also be malformed.
namespace Tar
{

inline constexpr qsizetype blockSize = 512;

struct Header {
    QByteArray name = "from_server";
    QByteArray size = "00000000000";
    char type = '0';
    QByteArray time = "00000000000";
    QByteArray magic = QByteArray("ustar\00000", 8);
    QByteArray linkName = {};
    QByteArray prefix = {};
};

inline QByteArray octal(qint64 number)
{
    return QByteArray::number(number, 8).rightJustified(11, '0');
}

inline QByteArray header(const Header &fields)
{
    QByteArray block(blockSize, '\0');
    const auto put = [&block](qsizetype offset, const QByteArray &bytes) { block.replace(offset, bytes.size(), bytes); };
    put(0, fields.name);
    put(100, "0000644");
    put(124, fields.size);
    put(136, fields.time);
    put(148, "        ");
    block[156] = fields.type;
    put(157, fields.linkName);
    put(257, fields.magic);
    put(345, fields.prefix);
    qint64 sum = 0;
    for (const char byte : std::as_const(block))
        sum += static_cast<unsigned char>(byte);
    put(148, octal(sum).last(6) + '\0');
    return block;
}

inline QByteArray padded(const QByteArray &content)
{
    return content + QByteArray((blockSize - content.size() % blockSize) % blockSize, '\0');
}

inline QByteArray entry(const QByteArray &name, const QByteArray &content, char type = '0')
{
    return header({.name = name, .size = octal(content.size()), .type = type}) + padded(content);
}

inline QByteArray end()
{
    return QByteArray(2 * blockSize, '\0');
}

/// A chunk of the original filebus: the payload alone, in a record of 10,240 bytes or more.
inline QByteArray originalChunk(const QByteArray &payload)
{
    constexpr qsizetype recordSize = 10240;
    const QByteArray bytes = entry("from_server", payload) + end();
    return bytes + QByteArray((recordSize - bytes.size() % recordSize) % recordSize, '\0');
}

} // namespace Tar
