// SPDX-License-Identifier: Apache-2.0
#include "format/strictjson.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

namespace FileBus
{

namespace
{

using namespace Qt::StringLiterals;

constexpr QByteArrayView byteOrderMark("\xEF\xBB\xBF");
constexpr QByteArrayView escapable("\"\\/bfnrtu");
constexpr QByteArrayView numeric("+-.0123456789eE");
constexpr qint64 mostExponent = qint64(1) << 40; // more digits than anybody can write
constexpr qsizetype mostDigits = 19;             // of 2⁶³
constexpr auto notWhole = "0.5";

bool beginsNumber(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

// After the closing quote; @p at is the opening one. Negative if the string is none.
qsizetype endOfString(QByteArrayView json, qsizetype at)
{
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        if (static_cast<uchar>(json[at]) < ' ')
            return -1;
        if (json[at] == '\\' && (++at == json.size() || !escapable.contains(json[at])))
            return -1;
    }
    return at < json.size() ? at + 1 : -1;
}

qsizetype endOfToken(QByteArrayView json, qsizetype at)
{
    if (json[at] == '"')
        return endOfString(json, at);
    if (!beginsNumber(json[at]))
        return at + 1;
    const auto *const end = std::find_if_not(json.begin() + at, json.end(), [](char c) { return numeric.contains(c); });
    return end - json.begin();
}

qint64 exponentOf(const QString &text)
{
    bool fits = true;
    const qint64 exponent = text.isEmpty() ? 0 : text.toLongLong(&fits);
    if (!fits)
        return text.startsWith(u'-') ? -mostExponent : mostExponent;
    return std::clamp(exponent, -mostExponent, mostExponent);
}

// DIGITS · 10^exponent
QByteArray integer(const QString &sign, QByteArray digits, qint64 exponent)
{
    while (digits.size() > 1 && digits.endsWith('0')) {
        digits.chop(1);
        ++exponent;
    }
    digits.remove(0, std::find_if(digits.cbegin(), digits.cend(), [](char c) { return c != '0'; }) - digits.cbegin());
    if (digits.isEmpty())
        return "0"_ba;
    if (exponent < 0 || digits.size() + exponent > mostDigits)
        return notWhole;
    const QByteArray text = sign.toLatin1() + digits + QByteArray(exponent, '0');
    bool fits = false;
    [[maybe_unused]] const qint64 number = text.toLongLong(&fits);
    return fits ? text : QByteArray(notWhole);
}

std::optional<QByteArray> exactNumber(QByteArrayView text)
{
    static const QRegularExpression form(
        QRegularExpression::anchoredPattern(u"(-?)(0|[1-9][0-9]*)(?:\\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?"_s));
    const QRegularExpressionMatch number = form.match(QString::fromLatin1(text));
    if (!number.hasMatch())
        return std::nullopt;
    const QString fraction = number.captured(3);
    return integer(number.captured(1), (number.captured(2) + fraction).toLatin1(),
                   exponentOf(number.captured(4)) - fraction.size());
}

} // namespace

std::optional<QByteArray> StrictJson::exact(QByteArrayView json)
{
    if (json.startsWith(byteOrderMark))
        return std::nullopt;
    QByteArray exact;
    exact.reserve(json.size());
    for (qsizetype at = 0; at < json.size();) {
        const qsizetype end = endOfToken(json, at);
        if (end < 0)
            return std::nullopt;
        const QByteArrayView token = json.sliced(at, end - at);
        const std::optional<QByteArray> text = beginsNumber(json[at]) ? exactNumber(token) : token.toByteArray();
        if (!text)
            return std::nullopt;
        exact += *text;
        at = end;
    }
    return exact;
}

} // namespace FileBus
