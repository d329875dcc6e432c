// SPDX-License-Identifier: Apache-2.0
#include <filebus/busaddress.h>

#include "base/failure.h"
#include "bus/clusteraddress.h"

namespace FileBus
{

bool isClusterAddress(QByteArrayView address)
{
    return ClusterAddress::isOne(address);
}

QByteArray withoutSecrets(QByteArrayView address)
{
    return ClusterAddress::isOne(address) ? ClusterAddress::withoutSecrets(address) : address.toByteArray();
}

QString displayAddress(QByteArrayView address)
{
    return shownPath(withoutSecrets(address));
}

} // namespace FileBus
