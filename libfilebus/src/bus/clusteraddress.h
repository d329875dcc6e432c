// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <filebus/export.h>

#include <QtCore/QByteArrayList>
#include <QtCore/QString>

#include <optional>

namespace FileBus
{

/// The address of a bus on a cluster. Pure: looks up nothing.
///
///     nats://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…]/NAME[?OPTION=VALUE[&OPTION=VALUE…]]
///
/// or the same with tls://. Special characters in a user, a password or a value are percent-encoded, as in a URL (%40 for @).
class FILEBUS_EXPORT ClusterAddress
{
public:
    /// Whether @p address is the address of a cluster, valid or not, rather than a path.
    static bool isOne(QByteArrayView address);

    /// Error::InvalidName if @p address is invalid; the text names the reason, and never contains a password.
    static Result<ClusterAddress> parse(QByteArrayView address);

    /// The servers to try, each as "nats://HOST:PORT"; at least one.
    QByteArrayList servers() const;
    /// Whether the connection must be encrypted.
    bool isSecure = false;
    QByteArrayList hosts; ///< each with its port
    QByteArray user;      ///< empty if there is none; a token if there is no password
    QByteArray password;
    QByteArray name; ///< of the bus; at most longestName characters
    std::optional<int> replicas;
    QByteArray credentials;       ///< file of creds=; empty if there is none
    QByteArray authorities;       ///< file of ca=
    QByteArray clientCertificate; ///< file of cert=
    QByteArray clientKey;         ///< file of key=

    static constexpr qsizetype longestName = 200;
    static constexpr qsizetype longestAddress = 4096;

    /// @p address with "***" instead of a password or token, even if the address is invalid.
    static QByteArray withoutSecrets(QByteArrayView address);
};

} // namespace FileBus
