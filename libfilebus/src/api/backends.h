// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/backend.h"

#include <QtCore/QByteArrayView>

namespace FileBus
{

/// The carrier of the bus at @p address: files, unless it is the address of a cluster. The first such address loads the plugin
/// for clusters. If the plugin is missing, the backend refuses everything and names the missing package. Any thread.
Backend &backendFor(QByteArrayView address);

} // namespace FileBus
