// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace FileBus
{

/// How exact Consumer::lostChunks() is.
enum class LossKnowledge {
    Exact,   ///< every chunk had a number
    AtLeast, ///< some had none, and file system events showed that at least so many were replaced unseen; or chunks were
             ///< published on a restored bus (Error::PutBack) beyond what its history reaches back to
    Unknown, ///< some had none, and the system does not show how many were missed
};

} // namespace FileBus
