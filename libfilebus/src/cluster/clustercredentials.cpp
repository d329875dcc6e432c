// SPDX-License-Identifier: Apache-2.0
#include "cluster/clustercredentials.h"

#include "base/failure.h"
#include "bus/clusteraddress.h"

#include <filebus/displaytext.h>
#include <filebus/error.h>

#include <QtCore/QByteArrayList>
#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

namespace FileBus
{

namespace
{

struct CredentialsText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ClusterCredentials)
};

QByteArray firstOf(const QByteArray &value, const char *variable)
{
    return value.isEmpty() ? qgetenv(variable) : value;
}

Outcome checkReadable(const QByteArray &path)
{
    QFile file(QFile::decodeName(path));
    if (path.isEmpty() || file.open(QIODevice::ReadOnly))
        return done();
    return Failure{
        Error::PermissionDenied,
        CredentialsText::tr("cannot read %1: %2; correct its path or its permissions").arg(shownPath(path), file.errorString())};
}

} // namespace

ClusterCredentials::ClusterCredentials(const ClusterAddress &address)
    : m_files{address.credentials, firstOf(address.authorities, "NATS_CA"), firstOf(address.clientCertificate, "NATS_CERT"),
              firstOf(address.clientKey, "NATS_KEY")}
{
    readUser(address);
}

// If the address names a user or credentials, those of the environment are ignored.
void ClusterCredentials::readUser(const ClusterAddress &address)
{
    if (address.user.isEmpty() && address.credentials.isEmpty()) {
        m_user = qgetenv("NATS_USER");
        m_password = qgetenv("NATS_PASSWORD");
        m_token = qgetenv("NATS_TOKEN");
        m_files.credentials = qgetenv("NATS_CREDS");
    } else if (address.password.isEmpty()) {
        m_token = address.user;
    } else {
        m_user = address.user;
        m_password = address.password;
    }
}

QByteArray ClusterCredentials::key() const
{
    return QByteArrayList{
        m_user, m_password, m_token, m_files.credentials, m_files.authorities, m_files.clientCertificate, m_files.clientKey}
        .join('\0');
}

QString ClusterCredentials::shown() const
{
    if (!m_files.credentials.isEmpty())
        return CredentialsText::tr("the user of %1").arg(shownPath(m_files.credentials));
    if (!m_token.isEmpty())
        return CredentialsText::tr("the token");
    if (!m_user.isEmpty())
        return CredentialsText::tr("the user \"%1\" with this password").arg(displayText(m_user, 100));
    if (!m_files.clientCertificate.isEmpty())
        return CredentialsText::tr("the client of %1").arg(shownPath(m_files.clientCertificate));
    return CredentialsText::tr("a client without credentials");
}

Outcome ClusterCredentials::check() const
{
    for (const QByteArray &path : {m_files.credentials, m_files.authorities, m_files.clientCertificate, m_files.clientKey}) {
        if (const Outcome readable = checkReadable(path); !readable)
            return readable;
    }
    return done();
}

natsStatus ClusterCredentials::apply(natsOptions *options) const
{
    natsStatus status = NATS_OK;
    if (!m_user.isEmpty())
        status = natsOptions_SetUserInfo(options, m_user.constData(), m_password.constData());
    if (status == NATS_OK && !m_token.isEmpty())
        status = natsOptions_SetToken(options, m_token.constData());
    if (status == NATS_OK && !m_files.credentials.isEmpty())
        status = natsOptions_SetUserCredentialsFromFiles(options, m_files.credentials.constData(), nullptr);
    if (status == NATS_OK && !m_files.authorities.isEmpty())
        status = natsOptions_LoadCATrustedCertificates(options, m_files.authorities.constData());
    if (status == NATS_OK && !m_files.clientCertificate.isEmpty())
        status = natsOptions_LoadCertificatesChain(
            options, m_files.clientCertificate.constData(),
            (m_files.clientKey.isEmpty() ? m_files.clientCertificate : m_files.clientKey).constData());
    return status;
}

} // namespace FileBus
