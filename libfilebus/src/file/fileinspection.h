// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/busfile.h"

#include <filebus/businspection.h>

namespace FileBus
{

/// What is on disk for a bus now: BusInspection::of().
BusInspection inspectFiles(const BusFile &bus);

} // namespace FileBus
