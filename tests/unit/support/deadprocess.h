// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

/// Lets a child process do @p work and end as if it was killed: nothing is destroyed or released. True if the work was.
template<typename Work>
bool doInProcessThatDies(Work work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work() ? 0 : 1);
    int status = -1;
    return ::waitpid(child, &status, 0) == child && status == 0;
}
