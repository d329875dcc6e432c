// SPDX-License-Identifier: Apache-2.0
#include "plaintext.h"

#include <filebus/busaddress.h>
#include <filebus/displaytext.h>

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype longestPath = 4096; // PATH_MAX of Linux

} // namespace

QString PlainText::path(QStringView path)
{
    const QByteArray address = path.toUtf8();
    return FileBus::isClusterAddress(address) ? FileBus::displayAddress(address) : FileBus::displayText(path, longestPath);
}

QString PlainText::path(QByteArrayView path)
{
    return FileBus::displayAddress(path);
}

// Escapes any text with < or &, because the versions of Qt differ in what they treat as markup.
QString PlainText::toolTip(const QString &text)
{
    if (!text.contains(u'<') && !text.contains(u'&'))
        return text;
    return u"<p style='white-space: pre-wrap'>"_s + text.toHtmlEscaped() + u"</p>"_s;
}

QString PlainText::caption(QString text)
{
    return text.replace(u'&', u"&&"_s);
}

QString PlainText::windowTitle(QString text)
{
    return text.replace(u"[*]"_s, u"[*][*]"_s);
}
