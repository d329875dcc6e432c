// SPDX-License-Identifier: Apache-2.0
#include "format/tararchive.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cstring>

namespace FileBus
{

namespace
{

struct TarText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::TarArchive)
};

// Fields of a POSIX ustar header (pax(1), "ustar Interchange Format"): offset and length in bytes.
constexpr struct {
    qsizetype offset, length;
} nameField{0, 100}, sizeField{124, 12}, timeField{136, 12}, checksumField{148, 8}, magicField{257, 6};
constexpr qsizetype typeOffset = 156;
constexpr qsizetype prefixOffset = 345;
constexpr QByteArrayView commonMagic("ustar", 5); // GNU tar writes a space behind it
constexpr QByteArrayView posixMagic("ustar\0", 6);

Failure corrupt(const QString &text)
{
    return {Error::CorruptChunk, text};
}

template<typename Field>
QByteArrayView field(QByteArrayView header, Field where)
{
    return header.sliced(where.offset, where.length);
}

bool isZero(QByteArrayView block)
{
    static constexpr char zeros[TarArchive::blockSize] = {};
    return block == QByteArrayView(zeros, TarArchive::blockSize);
}

// Octal digits, led and ended by spaces or NULs. Binary numbers (base-256) are not taken: nothing on a bus is that large.
std::optional<qint64> octal(QByteArrayView digits)
{
    const auto isPadding = [](char byte) { return byte == ' ' || byte == '\0'; };
    const char *at = digits.begin();
    while (at != digits.end() && isPadding(*at))
        ++at;
    qint64 value = 0;
    for (; at != digits.end() && *at >= '0' && *at <= '7'; ++at)
        value = value * 8 + (*at - '0'); // at most 12 digits: 36 bits
    return std::all_of(at, digits.end(), isPadding) ? std::optional(value) : std::nullopt;
}

// Eight bytes at a time, in four sums of 16 bits, which hold the sum of a block.
template<qsizetype size>
unsigned sum(const char *bytes)
{
    static_assert(size % 8 == 0 && size <= TarArchive::blockSize);
    constexpr quint64 everySecondByte = 0x00ff'00ff'00ff'00ff;
    quint64 sums = 0;
    for (qsizetype i = 0; i < size; i += 8) {
        quint64 eight;
        std::memcpy(&eight, bytes + i, sizeof eight);
        sums += (eight & everySecondByte) + (eight >> 8 & everySecondByte);
    }
    return static_cast<unsigned>((sums & 0xffff) + (sums >> 16 & 0xffff) + (sums >> 32 & 0xffff) + (sums >> 48));
}

// The sum of all bytes of the header, its own field counted as spaces.
qint64 checksum(QByteArrayView header)
{
    return sum<TarArchive::blockSize>(header.data()) - sum<checksumField.length>(header.data() + checksumField.offset)
        + checksumField.length * ' ';
}

bool checksumHolds(QByteArrayView header)
{
    return octal(field(header, checksumField)) == checksum(header);
}

// Led by zeros. What ends the digits is there.
void setOctal(char *header, qsizetype offset, qsizetype digits, quint64 value)
{
    char *const field = header + offset;
    for (qsizetype i = digits - 1; i >= 0; --i, value /= 8)
        field[i] = static_cast<char>('0' + value % 8);
}

// The name of an entry that POSIX splits into prefix and name is long: never one that we look for, so it stays empty.
QByteArrayView nameOf(QByteArrayView header)
{
    if (field(header, magicField) == posixMagic && header[prefixOffset] != '\0')
        return {};
    const QByteArrayView name = field(header, nameField);
    return name.first(std::find(name.begin(), name.end(), '\0') - name.begin());
}

Result<TarEntry> entryAt(QByteArrayView bytes, qsizetype offset)
{
    if (bytes.size() - offset < TarArchive::blockSize)
        return corrupt(TarText::tr("a tar header is cut off at byte %1").arg(bytes.size()));
    const QByteArrayView header = bytes.sliced(offset, TarArchive::blockSize);
    if (!checksumHolds(header))
        return corrupt(TarText::tr("there is no tar header at byte %1").arg(offset));
    const std::optional<qint64> size = octal(field(header, sizeField));
    if (!size)
        return corrupt(TarText::tr("the tar header at byte %1 has an unreadable size").arg(offset));
    const qsizetype start = offset + TarArchive::blockSize;
    if (*size > bytes.size() - start)
        return corrupt(TarText::tr("the tar header at byte %1 declares %2 bytes, but only %3 follow")
                           .arg(QString::number(offset), QString::number(*size), QString::number(bytes.size() - start)));
    return TarEntry{nameOf(header), header[typeOffset], octal(field(header, timeField)).value_or(0), bytes.sliced(start, *size)};
}

} // namespace

QString TarEntry::typeName() const
{
    switch (type) {
    case '1':
        return TarText::tr("hard link");
    case '2':
        return TarText::tr("symbolic link");
    case '3':
    case '4':
        return TarText::tr("device");
    case '5':
        return TarText::tr("directory");
    case '6':
        return TarText::tr("FIFO");
    default:
        return TarText::tr("entry of type %1").arg(QChar::fromLatin1(type));
    }
}

void TarArchive::setSizeAndTime(char *header, qsizetype size, qint64 seconds)
{
    constexpr qint64 latest = (qint64(1) << 33) - 1; // of eleven digits: the year 2242
    setOctal(header, sizeField.offset, 11, static_cast<quint64>(size));
    setOctal(header, timeField.offset, 11, static_cast<quint64>(std::clamp<qint64>(seconds, 0, latest)));
    setOctal(header, checksumField.offset, 6, static_cast<quint64>(checksum(QByteArrayView(header, blockSize))));
}

bool TarArchive::hasMagic(QByteArrayView bytes)
{
    return bytes.size() >= magicField.offset + commonMagic.size() && bytes.sliced(magicField.offset).startsWith(commonMagic);
}

Result<TarEntries> TarArchive::entries(QByteArrayView bytes)
{
    TarEntries entries;
    qsizetype offset = 0;
    while (offset < bytes.size()) {
        if (bytes.size() - offset >= blockSize && isZero(bytes.sliced(offset, blockSize)))
            return entries;
        if (entries.size() == maximumEntries)
            return corrupt(TarText::tr("the archive has more than %1 entries").arg(maximumEntries));
        Result<TarEntry> entry = entryAt(bytes, offset);
        if (!entry)
            return entry.failure();
        offset += blockSize + padded(entry->content.size());
        entries.append(*entry);
    }
    // Between two entries, too, an archive can be cut off.
    return corrupt(TarText::tr("the archive ends at byte %1, without the block of zeros that closes it").arg(bytes.size()));
}

} // namespace FileBus
