// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QString>

namespace FileBus
{

// The address of a bus: wherever a class of this library takes a path, it also takes the address of a bus on a cluster. These
// functions look at the text only, not at files or servers. Any thread.

/// Whether @p address begins with nats:// or tls:// and so is the address of a cluster, valid or not. Write ./nats:… for a path.
FILEBUS_EXPORT bool isClusterAddress(QByteArrayView address);

/// @p address with "***" in place of a password or token. A path is returned unchanged.
FILEBUS_EXPORT QByteArray withoutSecrets(QByteArrayView address);

/// An address for people: without secrets, and escaped like displayText(). Never shortened.
FILEBUS_EXPORT QString displayAddress(QByteArrayView address);

} // namespace FileBus
