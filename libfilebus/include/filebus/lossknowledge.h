// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace FileBus
{

/// How exact Consumer::lostChunks() is.
enum class LossKnowledge {
    Exact,   ///< the exact number: every chunk was numbered
    AtLeast, ///< a lower bound: some chunks were not numbered, and file system events showed how many were replaced at least;
             ///< or the history of a restored bus (Error::PutBack) does not reach back far enough
    Unknown, ///< no bound: some chunks were not numbered, and there were no events that show how many were missed
};

} // namespace FileBus
