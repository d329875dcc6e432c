// SPDX-License-Identifier: Apache-2.0
#include "tarbytes.h"

#include <numeric>

namespace
{

constexpr qsizetype block = 512;

// The offsets of the fields of a header: POSIX.1-2017, pax, "ustar Interchange Format".
constexpr qsizetype modeAt = 100;
constexpr qsizetype sizeAt = 124;
constexpr qsizetype timeAt = 136;
constexpr qsizetype checksumAt = 148;
constexpr qsizetype typeAt = 156;
constexpr qsizetype linkNameAt = 157;
constexpr qsizetype magicAt = 257;

void put(QByteArray &header, qsizetype at, const QByteArray &field)
{
    header.replace(at, field.size(), field);
}

QByteArray octal(quint64 number, int digits)
{
    return QByteArray::number(number, 8).rightJustified(digits, '0');
}

} // namespace

namespace TarBytes
{

QByteArray entry(const QByteArray &name, const QByteArray &content, char type, quint64 declaredSize)
{
    QByteArray header(block, '\0');
    put(header, 0, name);
    put(header, modeAt, "0000644");
    put(header, sizeAt, octal(declaredSize, 11));
    put(header, timeAt, octal(0, 11));
    put(header, checksumAt, QByteArray(8, ' '));
    put(header, typeAt, QByteArray(1, type));
    put(header, linkNameAt, type == '2' ? "/etc/passwd" : "");
    put(header, magicAt, QByteArray("ustar\00000", 8));
    const auto sum = std::accumulate(header.begin(), header.end(), 0u,
                                     [](unsigned total, char byte) { return total + static_cast<unsigned char>(byte); });
    put(header, checksumAt, octal(sum, 6) + '\0');
    return header + content.leftJustified((content.size() + block - 1) / block * block, '\0');
}

QByteArray entry(const QByteArray &name, const QByteArray &content)
{
    return entry(name, content, '0', quint64(content.size()));
}

QByteArray end()
{
    return QByteArray(2 * block, '\0');
}

} // namespace TarBytes
