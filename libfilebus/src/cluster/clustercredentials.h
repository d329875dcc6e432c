// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/clusteraddress.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <nats/nats.h>

namespace FileBus
{

/// The credentials of this process for the servers of a cluster, and the authorities by which it recognizes them: from the
/// address, and otherwise from the environment (NATS_USER, NATS_PASSWORD, NATS_TOKEN, NATS_CREDS, NATS_CA, NATS_CERT, NATS_KEY).
class ClusterCredentials
{
public:
    explicit ClusterCredentials(const ClusterAddress &address);

    /// Equal for equal credentials. Contains secrets.
    QByteArray key() const;
    /// Names the client in a text to display; without secrets.
    QString shown() const;
    /// Whether the files can be read.
    Outcome check() const;
    natsStatus apply(natsOptions *options) const;

private:
    struct Files {
        QByteArray credentials;
        QByteArray authorities;
        QByteArray clientCertificate;
        QByteArray clientKey;
    };

    void readUser(const ClusterAddress &address);

    QByteArray m_user;
    QByteArray m_password;
    QByteArray m_token;
    Files m_files;
};

} // namespace FileBus
