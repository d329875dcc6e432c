// SPDX-License-Identifier: Apache-2.0
#include "base/waiting.h"
#include "file/disk/buslock.h"
#include "stream/streamprivate.h"

#include <filebus/error.h>
#include <filebus/stream.h>

#include <QtCore/QPointer>

#include <algorithm>
#include <thread>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr auto glance = 2ms; // when room for writing and bytes to read are awaited at once
} // namespace

void StreamPrivate::advanceProducer()
{
    const bool isSending = producer && inFlight > 0;
    const bool isEnding = producer && !isSending && writing == Ended;
    const bool advanced = (isSending && producer->waitForPublished(0ms)) || (isEnding && producer->waitForDrained(0ms));
    if (advanced || !producer || !(isSending || isEnding))
        return;
    if (producer->error() != Error::ConsumerTimeout && producer->error() != Error::LockTimeout)
        fail({producer->error(), producer->errorString()});
}

// All has come, and been sent; only bytes that nobody reads keep the stream from being left.
bool StreamPrivate::awaitsReader() const
{
    return drained && reading == Ended && received.hasUnfinished();
}

// A slot that pump() or push() called may wait as well.
bool StreamPrivate::waitUntil(int msecs, const std::function<bool()> &condition)
{
    const QPointer<Stream> alive(q);
    const bool wasPumping = std::exchange(pumping, false);
    const bool wasPushing = std::exchange(pushing, false);
    const bool came = advanceUntil(msecs, condition);
    if (alive) {
        pumping = wasPumping;
        pushing = wasPushing;
    }
    return came;
}

// Both directions go on meanwhile. There is no event loop, so nobody but us calls anything.
bool StreamPrivate::advanceUntil(int msecs, const std::function<bool()> &condition)
{
    const Clock::time_point deadline = endAfter(std::chrono::milliseconds(msecs));
    const QPointer<Stream> alive(q);
    while (true) {
        takeEnd();
        isAnnounced = false; // whoever waits does not read
        pump();
        if (alive)
            advanceProducer();
        if (!alive || condition())
            return alive;
        if (state == Stream::UnconnectedState || Clock::now() >= deadline)
            return false;
        if (!end)
            std::this_thread::sleep_for(BusLock::retryInterval);
        else if (inFlight > 0 || writing == Ended || end->subscription().isTryingAgain())
            alarm.wait(std::min(deadline, Clock::now() + glance));
        else
            alarm.wait(deadline);
    }
}

} // namespace FileBus
