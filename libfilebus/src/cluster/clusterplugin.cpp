// SPDX-License-Identifier: Apache-2.0
#include "cluster/clusterplugin.h"

#include "bus/backend.h"
#include "cluster/clusterbackend.h"

namespace FileBus
{

std::unique_ptr<Backend> ClusterPlugin::makeBackend()
{
    return std::make_unique<ClusterBackend>();
}

} // namespace FileBus
