// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace FileBus
{

/// How a chunk lies on a bus.
enum class Format {
    Tar, ///< a tar archive with the payload, number, time and producer
    Raw, ///< the payload alone, as the original filebus 0.3.5 has it; FORMAT.md, "The raw format"
};

} // namespace FileBus
