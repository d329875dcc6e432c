// SPDX-License-Identifier: Apache-2.0
#include <filebus/businspection.h>

#include "api/backends.h"
#include "bus/backend.h"

namespace FileBus
{

BusInspection BusInspection::of(const QByteArray &fileName)
{
    Backend &backend = backendFor(fileName);
    return backend.inspect(backend.resolved(fileName));
}

} // namespace FileBus
