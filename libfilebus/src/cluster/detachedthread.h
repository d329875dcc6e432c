// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace FileBus
{

/// Threads that nobody waits for: a call of libnats may take seconds while a server is gone, and must not block the thread that
/// releases the connection. Each thread owns what it uses and gets no signals; the same is true of the threads that libnats
/// starts from it. Only the end of the process waits for them, briefly, so that none of them runs code of an unloaded library.
class DetachedThread
{
public:
    static void start(std::function<void()> function);
};

} // namespace FileBus
