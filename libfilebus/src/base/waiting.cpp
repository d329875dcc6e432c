// SPDX-License-Identifier: Apache-2.0
#include "base/waiting.h"

#include <QtCore/QVarLengthArray>

#include <algorithm>
#include <poll.h>

namespace FileBus
{

using namespace std::chrono_literals;

// poll(2) leaves out a descriptor that is negative, and waits forever if the time is negative.
Awaited waitForDescriptors(int events, const QList<int> &interrupts, std::chrono::nanoseconds time)
{
    QVarLengthArray<struct pollfd, 4> polled{{events, POLLIN, 0}};
    for (const int descriptor : interrupts)
        polled.append({descriptor, POLLIN, 0});
    const auto milliseconds =
        std::chrono::ceil<std::chrono::milliseconds>(std::clamp<std::chrono::nanoseconds>(time, 0ns, 24h)).count();
    const int ready = ::poll(polled.data(), static_cast<nfds_t>(polled.size()), static_cast<int>(milliseconds));
    if (ready == 0)
        return Awaited::Time;
    return ready == 1 && polled[0].revents != 0 ? Awaited::Event : Awaited::Interrupt;
}

} // namespace FileBus
