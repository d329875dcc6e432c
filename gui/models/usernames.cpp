// SPDX-License-Identifier: Apache-2.0
#include "usernames.h"

#include "detachedthread.h"

#include <filebus/displaytext.h>

#include <array>
#include <pwd.h>

using namespace Qt::StringLiterals;

namespace
{

QByteArray nameOf(quint32 userId)
{
    std::array<char, 16'384> buffer;
    passwd entry;
    passwd *found = nullptr;
    ::getpwuid_r(userId, &entry, buffer.data(), buffer.size(), &found);
    return found ? QByteArray(found->pw_name) : QByteArray();
}

} // namespace

// Never destroyed, as an answer may come at any time.
UserNames &UserNames::instance()
{
    static auto *names = new UserNames;
    return *names;
}

QString UserNames::text(quint32 userId)
{
    const auto known = m_texts.constFind(userId);
    if (known != m_texts.constEnd())
        return *known;
    ask(userId);
    return m_texts[userId] = QString::number(userId);
}

void UserNames::ask(quint32 userId)
{
    DetachedThread::run([this, userId] {
        const QByteArray name = nameOf(userId);
        QMetaObject::invokeMethod(this, [this, userId, name] { take(userId, name); });
    });
}

void UserNames::take(quint32 userId, const QByteArray &name)
{
    if (name.isEmpty())
        return;
    m_texts[userId] = u"%1 (%2)"_s.arg(FileBus::displayText(name), QString::number(userId));
    Q_EMIT nameFound();
}
