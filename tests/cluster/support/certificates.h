// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QTemporaryDir>

/// A certificate authority, and certificates for a server at 127.0.0.1, a server with another name, and a client. Created by
/// openssl.
class Certificates
{
public:
    Certificates();

    bool isValid() const { return m_isValid; }
    /// @p name is "ca", "server", "other" or "client".
    QByteArray certificate(const char *name) const;
    QByteArray key(const char *name) const;

private:
    bool run(const QStringList &arguments) const;
    bool certify(const QString &name, const QByteArray &alternativeName) const;

    QTemporaryDir m_directory;
    bool m_isValid;
};
