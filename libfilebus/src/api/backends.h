// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/backend.h"

#include <QtCore/QByteArrayView>

namespace FileBus
{

/// What carries the bus at @p address: files, unless it is the address of a cluster. The first of those loads the plugin of the
/// cluster; without the plugin, its backend refuses everything and says which package is missing. Any thread.
Backend &backendFor(QByteArrayView address);

} // namespace FileBus
