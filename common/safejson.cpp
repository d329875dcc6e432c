// SPDX-License-Identifier: Apache-2.0
#include "safejson.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QString>

namespace
{

bool isHarmless(char32_t character)
{
    switch (QChar::category(character)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return false;
    default:
        return true;
    }
}

} // namespace

// Outside of strings a compact document holds only visible ASCII, so every escaped character is inside a string.
QByteArray SafeJson::line(const QJsonObject &object)
{
    const QString json = QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
    QString safe;
    safe.reserve(json.size());
    for (qsizetype i = 0; i < json.size(); ++i) {
        const bool isPair = json[i].isHighSurrogate() && i + 1 < json.size() && json[i + 1].isLowSurrogate();
        const qsizetype length = isPair ? 2 : 1;
        if (isHarmless(isPair ? QChar::surrogateToUcs4(json[i], json[i + 1]) : json[i].unicode())) {
            safe += QStringView(json).sliced(i, length);
        } else {
            for (const QChar unit : QStringView(json).sliced(i, length))
                safe += QString::asprintf("\\u%04X", static_cast<unsigned>(unit.unicode()));
        }
        i += length - 1;
    }
    return safe.toUtf8();
}
