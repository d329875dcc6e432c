// SPDX-License-Identifier: Apache-2.0
#include "detachedthread.h"

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace
{

std::mutex mutex;
std::condition_variable ended;
int running = 0;

void count(int difference)
{
    const std::lock_guard lock(mutex);
    running += difference;
    ended.notify_all();
}

} // namespace

bool DetachedThread::run(std::function<void()> work)
{
    count(1);
    try {
        std::thread([work = std::move(work)]() mutable {
            work();
            work = nullptr; // what it holds is destroyed before it counts as ended
            count(-1);
        }).detach();
    } catch (const std::system_error &) {
        count(-1);
        return false;
    }
    return true;
}

bool DetachedThread::allEndWithin(std::chrono::milliseconds time)
{
    std::unique_lock lock(mutex);
    return ended.wait_for(lock, time, [] { return running == 0; });
}

void DetachedThread::abandon()
{
    count(1);
}
