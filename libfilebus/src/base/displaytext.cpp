// SPDX-License-Identifier: Apache-2.0
#include <filebus/displaytext.h>

#include <QtCore/QStringDecoder>

namespace FileBus
{

namespace
{

// Joiners have no effect beyond the two characters between them, and several scripts cannot be written without them.
bool isJoiner(char32_t character)
{
    return character == 0x200C || character == 0x200D;
}

bool isHarmless(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    case QChar::Other_Format:
        return isJoiner(character);
    default:
        return true;
    }
}

QString escaped(char32_t character)
{
    const auto code = static_cast<unsigned>(character);
    return code < 0x100 ? QString::asprintf("\\x%02X", code) : QString::asprintf(code < 0x10000 ? "\\u%04X" : "\\U%08X", code);
}

void append(QString &text, char32_t character)
{
    if (isHarmless(character))
        text += QChar::fromUcs4(character);
    else
        text += escaped(character);
}

// How many of the first bytes are one character of UTF-8 (RFC 3629); 0 if they are none.
qsizetype lengthOfCharacter(QByteArrayView bytes)
{
    const auto first = static_cast<uchar>(bytes.front());
    const qsizetype length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return length <= bytes.size() && bytes.first(length).isValidUtf8() ? length : 0;
}

// QString::fromUtf8() drops a byte order mark, which is as invisible at the start as elsewhere.
QString decoded(QByteArrayView utf8)
{
    return QStringDecoder(QStringDecoder::Utf8, QStringConverter::Flag::ConvertInitialBom)(utf8);
}

} // namespace

QString displayText(QStringView text, qsizetype longest)
{
    QString shown;
    qsizetype count = 0;
    for (qsizetype i = 0; i < text.size(); ++count) {
        if (count == longest)
            return shown + u'…';
        const bool isPair = text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        append(shown, isPair ? QChar::surrogateToUcs4(text[i], text[i + 1]) : text[i].unicode());
        i += isPair ? 2 : 1;
    }
    return shown;
}

QString displayText(QByteArrayView bytes, qsizetype longest)
{
    QString shown;
    for (qsizetype count = 0; !bytes.isEmpty(); ++count) {
        if (count == longest)
            return shown + u'…';
        const qsizetype length = lengthOfCharacter(bytes);
        if (length == 0)
            shown += escaped(static_cast<uchar>(bytes.front()));
        else
            shown += displayText(decoded(bytes.first(length)), 1);
        bytes = bytes.sliced(std::max<qsizetype>(length, 1));
    }
    return shown;
}

} // namespace FileBus
