// SPDX-License-Identifier: Apache-2.0
#include "certificates.h"

#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStringList>

using namespace Qt::StringLiterals;

namespace
{
const QStringList newKey{u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s, u"-nodes"_s};
} // namespace

Certificates::Certificates()
{
    m_isValid =
        run(QStringList{u"req"_s, u"-x509"_s} + newKey
            + QStringList{u"-keyout"_s, u"ca.key"_s, u"-out"_s, u"ca.pem"_s, u"-days"_s, u"30"_s, u"-subj"_s, u"/CN=authority"_s})
        && certify(u"server"_s, "IP:127.0.0.1") && certify(u"other"_s, "DNS:other.example") && certify(u"client"_s, "DNS:client");
}

bool Certificates::run(const QStringList &arguments) const
{
    QProcess process;
    process.setWorkingDirectory(m_directory.path());
    process.start(u"openssl"_s, arguments);
    return process.waitForFinished() && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

bool Certificates::certify(const QString &name, const QByteArray &alternativeName) const
{
    QFile extensions(m_directory.filePath(name + u".ext"_s));
    if (!extensions.open(QIODevice::WriteOnly))
        return false;
    extensions.write("subjectAltName=" + alternativeName + "\nextendedKeyUsage=serverAuth,clientAuth\n");
    extensions.close();
    return run(QStringList{u"req"_s} + newKey
               + QStringList{u"-keyout"_s, name + u".key"_s, u"-out"_s, name + u".csr"_s, u"-subj"_s, u"/CN="_s + name})
        && run({u"x509"_s, u"-req"_s, u"-in"_s, name + u".csr"_s, u"-CA"_s, u"ca.pem"_s, u"-CAkey"_s, u"ca.key"_s,
                u"-CAcreateserial"_s, u"-out"_s, name + u".pem"_s, u"-days"_s, u"30"_s, u"-extfile"_s, name + u".ext"_s});
}

QByteArray Certificates::certificate(const char *name) const
{
    return QFile::encodeName(m_directory.filePath(QString::fromLatin1(name) + u".pem"_s));
}

QByteArray Certificates::key(const char *name) const
{
    return QFile::encodeName(m_directory.filePath(QString::fromLatin1(name) + u".key"_s));
}
