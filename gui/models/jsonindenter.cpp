// SPDX-License-Identifier: Apache-2.0
#include "jsonindenter.h"

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype indentation = 2;

bool isSpace(QChar character)
{
    return character == u' ' || character == u'\t' || character == u'\n' || character == u'\r';
}

} // namespace

JsonIndenter::JsonIndenter(const QString &json)
{
    for (qsizetype at = 0; at < json.size(); ++at) {
        const QChar character = json[at];
        if (character == u'"') {
            copyString(json, at);
        } else if (character == u'{' || character == u'[') {
            open(json, at);
        } else if (character == u'}' || character == u']') {
            --m_depth;
            breakLine();
            m_text += character;
        } else if (character == u',') {
            m_text += character;
            breakLine();
        } else if (character == u':') {
            m_text += u": "_s;
        } else if (!isSpace(character)) {
            m_text += character;
        }
    }
}

void JsonIndenter::copyString(const QString &json, qsizetype &at)
{
    const qsizetype begin = at++;
    while (at < json.size() && json[at] != u'"')
        at += json[at] == u'\\' ? 2 : 1;
    m_text += QStringView(json).mid(begin, at - begin + 1);
}

// Empty objects and arrays stay on one line.
void JsonIndenter::open(const QString &json, qsizetype &at)
{
    m_text += json[at];
    qsizetype next = at + 1;
    while (next < json.size() && isSpace(json[next]))
        ++next;
    if (next < json.size() && (json[next] == u'}' || json[next] == u']')) {
        m_text += json[next];
        at = next;
        return;
    }
    ++m_depth;
    breakLine();
}

void JsonIndenter::breakLine()
{
    m_text += u'\n' + QString(m_depth * indentation, u' ');
}
