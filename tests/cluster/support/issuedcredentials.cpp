// SPDX-License-Identifier: Apache-2.0
#include "issuedcredentials.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>

using namespace Qt::StringLiterals;

IssuedCredentials::IssuedCredentials()
{
    QProcess process;
    process.start(QString::fromLocal8Bit(PYTHON), {QString::fromLocal8Bit(ISSUE_CREDENTIALS), m_directory.path()});
    if (!process.waitForFinished() || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        m_problem = "issue_credentials.py: " + process.readAllStandardError();
}

QByteArray IssuedCredentials::file(const char *name) const
{
    return QFile::encodeName(m_directory.filePath(QString::fromLatin1(name)));
}

QByteArray IssuedCredentials::configuration() const
{
    QFile text(m_directory.filePath(u"operator.conf"_s));
    return text.open(QIODevice::ReadOnly) ? text.readAll() : QByteArray();
}
