// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QFile>
#include <QtCore/QProcess>

/// Another process, flock(1), that holds a lock until it is released.
class LockHolder
{
public:
    explicit LockHolder(const QByteArray &path)
    {
        using namespace Qt::StringLiterals;
        // The shell ends with its input, and flock(1) with the shell; -o keeps the shell from inheriting the lock.
        m_process.start(u"flock"_s, {u"-o"_s, QFile::decodeName(path), u"-c"_s, u"echo locked; read -r end"_s});
        m_holds = m_process.waitForReadyRead() && m_process.readAll() == "locked\n";
    }
    ~LockHolder() { release(); }

    bool holds() const { return m_holds; }
    qint64 pid() const { return m_process.processId(); }
    void letGo() { m_process.closeWriteChannel(); }
    void release()
    {
        letGo();
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
    bool m_holds = false;
};
