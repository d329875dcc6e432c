// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QHash>
#include <QtCore/QObject>

/// Names of users. They may come from a server that does not respond, so they are looked up in a thread that nobody waits for.
/// Use it in the GUI thread.
class UserNames : public QObject
{
    Q_OBJECT
public:
    static UserNames &instance();

    /// "alice (1000)"; "1000" if there is no name, or until it is known.
    QString text(quint32 userId);

Q_SIGNALS:
    void nameFound();

private:
    UserNames() = default;
    void ask(quint32 userId);
    void take(quint32 userId, const QByteArray &name);

    QHash<quint32, QString> m_texts;
};
