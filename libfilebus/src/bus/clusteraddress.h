// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <filebus/export.h>

#include <QtCore/QByteArrayList>
#include <QtCore/QString>

#include <optional>

namespace FileBus
{

/// The address of a bus on a cluster. Pure: looks nothing up.
///
///     nats://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…]/NAME[?OPTION=VALUE[&OPTION=VALUE…]]
///
/// or the same with tls://. Special characters in a user, a password or a value are percent-encoded, as in a URL (%40 for @).
class FILEBUS_EXPORT ClusterAddress
{
public:
    /// Whether @p address is the address of a cluster, valid or not, rather than a path.
    static bool isOne(QByteArrayView address);

    /// Error::InvalidName if something is wrong with @p address; the text names it, and never a password.
    static Result<ClusterAddress> parse(QByteArrayView address);

    /// The servers to try, each as "nats://HOST:PORT"; at least one.
    QByteArrayList servers() const;
    /// Whether no byte may be sent in the clear.
    bool isSecure = false;
    QByteArrayList hosts; ///< each with its port
    QByteArray user;      ///< empty without one; a token, if there is no password
    QByteArray password;
    QByteArray name; ///< of the bus; at most longestName characters
    std::optional<int> replicas;
    QByteArray credentials;       ///< file of creds=; empty without one
    QByteArray authorities;       ///< file of ca=
    QByteArray clientCertificate; ///< file of cert=
    QByteArray clientKey;         ///< file of key=

    static constexpr qsizetype longestName = 200;
    static constexpr qsizetype longestAddress = 4096;

    /// @p address with "***" in place of a password or token, even if something else is wrong with it.
    static QByteArray withoutSecrets(QByteArrayView address);
};

} // namespace FileBus
