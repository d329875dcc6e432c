// SPDX-License-Identifier: Apache-2.0
#include "cluster/detachedthread.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto longestFarewell =
    500ms; // an orderly end takes milliseconds; a thread that waits for a server runs no code of a library

class RunningThreads
{
public:
    ~RunningThreads()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, longestFarewell, [this] { return m_count == 0; });
    }
    void begin()
    {
        const std::lock_guard lock(m_mutex);
        ++m_count;
    }
    void end()
    {
        const std::lock_guard lock(m_mutex);
        --m_count;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_count = 0;
};

RunningThreads &runningThreads()
{
    static RunningThreads threads;
    return threads;
}

// The signals of the process are for its own threads, and SIGPIPE, which OpenSSL may cause, is for no thread.
class BlockedSignals
{
public:
    BlockedSignals()
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &m_before);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
    BlockedSignals(const BlockedSignals &) = delete;
    BlockedSignals &operator=(const BlockedSignals &) = delete;

private:
    sigset_t m_before{};
};

} // namespace

void DetachedThread::start(std::function<void()> function)
{
    runningThreads().begin();
    const BlockedSignals inherited;
    std::thread([function = std::move(function)]() mutable {
        function();
        function = nullptr; // destroys what it owns before this thread counts as ended
        runningThreads().end();
    }).detach();
}

} // namespace FileBus
