// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

namespace FileBus
{

/// A new producer of this process.
ProducerInfo describeThisProducer();

} // namespace FileBus
