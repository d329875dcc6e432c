// SPDX-License-Identifier: Apache-2.0
#include "cluster/connectionrecord.h"

#include "base/failure.h"
#include "base/waiting.h"

#include <algorithm>
#include <utility>

namespace FileBus
{

namespace
{

constexpr size_t mostViolations = 32;

bool concernsSubscription(const QString &violation)
{
    return violation.contains(u"subscri", Qt::CaseInsensitive);
}

// Clock::time_point::max() overflows in some implementations of wait_until().
Clock::time_point atMostADay(Clock::time_point end)
{
    return std::min(end, Clock::now() + std::chrono::hours(24));
}

} // namespace

ConnectionState ConnectionRecord::state() const
{
    const std::lock_guard lock(m_mutex);
    return m_state;
}

Failure ConnectionRecord::failure() const
{
    const std::lock_guard lock(m_mutex);
    return m_failure;
}

std::optional<NatsSession> ConnectionRecord::session() const
{
    const std::lock_guard lock(m_mutex);
    return m_state == ConnectionState::Connected ? std::optional(m_session) : std::nullopt;
}

ConnectionState ConnectionRecord::waitWhileConnecting(Clock::time_point end) const
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_until(lock, atMostADay(end),
                         [this] { return m_state == ConnectionState::Connected || m_state == ConnectionState::Refused; });
    return m_state;
}

void ConnectionRecord::change(ConnectionState state, const Failure &failure)
{
    {
        const std::lock_guard lock(m_mutex);
        m_state = state;
        m_failure = failure;
    }
    m_changed.notify_all();
    tell();
}

void ConnectionRecord::tell()
{
    const std::lock_guard lock(m_observersMutex);
    for (ConnectionObserver *const observer : m_observers)
        observer->connectionChanged();
}

void ConnectionRecord::connected(const NatsSession &session)
{
    {
        const std::lock_guard lock(m_mutex);
        m_session = session;
    }
    change(ConnectionState::Connected, {});
}

// Permissions may have changed meanwhile; the server reports those again that are still missing.
void ConnectionRecord::reconnected()
{
    {
        const std::lock_guard lock(m_mutex);
        m_violations.clear();
    }
    change(ConnectionState::Connected, {});
}

void ConnectionRecord::interrupted(const Failure &why)
{
    change(ConnectionState::Interrupted, why);
}

void ConnectionRecord::attemptFailed(const Failure &why)
{
    change(why.isTransient ? ConnectionState::Connecting : ConnectionState::Refused, why);
}

void ConnectionRecord::tryAgain()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_state != ConnectionState::Refused)
            return;
        m_state = ConnectionState::Connecting;
        m_failure = {};
    }
    m_changed.notify_all();
}

void ConnectionRecord::noteViolation(const QString &text)
{
    {
        const std::lock_guard lock(m_mutex);
        m_violations.push_back({Clock::now(), text});
        if (m_violations.size() > mostViolations)
            m_violations.pop_front();
    }
    tell();
}

QString ConnectionRecord::violationSince(Clock::time_point begin) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = std::find_if(m_violations.rbegin(), m_violations.rend(), [begin](const Violation &violation) {
        return violation.time >= begin || concernsSubscription(violation.text);
    });
    return found == m_violations.rend() ? QString() : found->text;
}

void ConnectionRecord::addObserver(ConnectionObserver *observer)
{
    const std::lock_guard lock(m_observersMutex);
    m_observers.push_back(observer);
}

void ConnectionRecord::removeObserver(ConnectionObserver *observer)
{
    const std::lock_guard lock(m_observersMutex);
    std::erase(m_observers, observer);
}

void ConnectionRecord::run(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    m_changed.notify_all();
}

ConnectionRecord::Job ConnectionRecord::takeJob()
{
    std::unique_lock lock(m_mutex);
    const auto isOpen = [this] { return m_state == ConnectionState::Connected || m_state == ConnectionState::Interrupted; };
    m_changed.wait(lock, [&] { return m_isStopped || !isOpen() || (!m_jobs.empty() && m_state == ConnectionState::Connected); });
    if (m_isStopped || !isOpen())
        return {};
    Job job = std::move(m_jobs.front());
    m_jobs.pop_front();
    return job;
}

void ConnectionRecord::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopped = true;
    }
    m_changed.notify_all();
}

bool ConnectionRecord::isStopped() const
{
    const std::lock_guard lock(m_mutex);
    return m_isStopped;
}

void ConnectionRecord::waitWhileRefused()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_isStopped || m_state != ConnectionState::Refused; });
}

void ConnectionRecord::pause(std::chrono::milliseconds duration)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, duration, [this] { return m_isStopped; });
}

} // namespace FileBus
