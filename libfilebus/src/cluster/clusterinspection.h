// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/clusteraddress.h"

#include <filebus/businspection.h>

#include <QtCore/QString>

namespace FileBus
{

/// BusInspection::of() for a bus on a cluster. Blocks until the servers answer, for a few seconds at most.
BusInspection inspectCluster(const ClusterAddress &address, const QString &shownAddress);

} // namespace FileBus
