// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace FileBus
{

/// How chunks are stored on a bus.
enum class Format {
    Tar, ///< a tar archive with payload, sequence number, time and producer
    Raw, ///< the payload alone, as in the original filebus 0.3.5 (FORMAT.md, "The raw format")
};

} // namespace FileBus
