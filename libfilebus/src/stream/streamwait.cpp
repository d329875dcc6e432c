// SPDX-License-Identifier: Apache-2.0
#include "base/waiting.h"
#include "file/disk/buslock.h"
#include "stream/streamprivate.h"

#include <filebus/stream.h>

#include <algorithm>
#include <thread>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr auto idlePoll = 2ms; // when room for writing and bytes to read are awaited at once
} // namespace

// There is no event loop, so nobody but us calls anything. An application that waits does not read meanwhile.
bool StreamPrivate::waitUntil(int msecs, const std::function<bool()> &condition)
{
    const Clock::time_point deadline = endAfter(std::chrono::milliseconds(msecs));
    while (true) {
        if (!perform({&StreamPrivate::takeSide}))
            return false;
        writer.advance();
        isReadingAwaited = false;
        if (!pump())
            return false;
        if (condition())
            return true;
        if (state == Stream::UnconnectedState || Clock::now() >= deadline)
            return false;
        if (!side)
            std::this_thread::sleep_for(BusLock::retryInterval);
        else if (writer.isWaiting() || reader.isTryingAgain())
            alarm.wait(std::min(deadline, Clock::now() + idlePoll));
        else
            alarm.wait(deadline);
    }
}

} // namespace FileBus
