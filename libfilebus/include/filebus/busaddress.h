// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QString>

namespace FileBus
{

// Wherever a class of this library takes the path of a bus, it also takes the address of a bus on a cluster (docs/cluster.md);
// only Stream does not. These functions look only at the text, not at files or servers. Any thread.

/// Whether @p address begins with nats:// or tls://, and so is the address of a bus on a cluster, valid or not. Write ./nats:…
/// for a path that looks like an address.
FILEBUS_EXPORT bool isClusterAddress(QByteArrayView address);

/// @p address with "***" instead of a password or token. A path is returned unchanged.
FILEBUS_EXPORT QByteArray withoutSecrets(QByteArrayView address);

/// An address in a form to display: without secrets, and escaped like displayText(). It is never shortened.
FILEBUS_EXPORT QString displayAddress(QByteArrayView address);

} // namespace FileBus
