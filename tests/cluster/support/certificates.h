// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QTemporaryDir>

/// An authority, and what it certifies: a server at 127.0.0.1, one with another name, and a client. Made by openssl.
class Certificates
{
public:
    Certificates();

    bool isValid() const { return m_isValid; }
    /// Of "ca", "server", "other" or "client".
    QByteArray certificate(const char *name) const;
    QByteArray key(const char *name) const;

private:
    bool run(const QStringList &arguments) const;
    bool certify(const QString &name, const QByteArray &alternativeName) const;

    QTemporaryDir m_directory;
    bool m_isValid;
};
