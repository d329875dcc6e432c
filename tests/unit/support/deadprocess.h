// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

/// Runs @p work in a child process, which then ends as if it was killed: nothing is destroyed or released. Returns the result of
/// @p work.
template<typename Work>
bool doInProcessThatDies(Work work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work() ? 0 : 1);
    int status = -1;
    return ::waitpid(child, &status, 0) == child && status == 0;
}
