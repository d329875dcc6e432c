// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

/// Puts each value of a JSON text on a line of its own. Order, numbers and strings stay as they were written, which parsing and
/// writing again would not guarantee. The text must be valid JSON.
class JsonIndenter
{
public:
    explicit JsonIndenter(const QString &json);

    QString text() const { return m_text; }

private:
    void copyString(const QString &json, qsizetype &at);
    void open(const QString &json, qsizetype &at);
    void breakLine();

    QString m_text;
    int m_depth = 0;
};
