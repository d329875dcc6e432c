// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace FileBus
{

/// Threads that nobody waits for: a call of libnats may take seconds while a server is gone, and whoever lets go of it must not
/// be held up. Each owns what it uses, and gets no signals; nor do the threads that libnats starts from there. Only the end of
/// the process waits for them, briefly, so that none of them runs in a library that is already closed.
class DetachedThread
{
public:
    static void start(std::function<void()> function);
};

} // namespace FileBus
