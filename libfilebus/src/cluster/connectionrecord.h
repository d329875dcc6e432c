// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/waiting.h"

#include <QtCore/QString>

#include <nats/nats.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace FileBus
{

/// Is notified, in any thread, when a connection is made, lost or refused. Must not block, and must not add or remove observers.
class ConnectionObserver
{
public:
    virtual void connectionChanged() = 0;

protected:
    ~ConnectionObserver() = default;
};

/// The state of a connection.
enum class ConnectionState {
    Connecting, ///< not connected yet; failed attempts are repeated
    Connected,
    Interrupted, ///< lost; libnats reconnects
    Refused,     ///< no further attempt until tryAgain()
};

/// The objects of libnats for jobs and publishers. Valid as long as their ClusterConnection.
struct NatsSession {
    natsConnection *connection = nullptr;
    jsCtx *jetStream = nullptr;
};

/// The state of a connection and its queue of jobs, shared by its users, its thread, and the callbacks of libnats. Any thread.
class ConnectionRecord
{
public:
    using Job = std::function<void(const NatsSession &)>;

    ConnectionState state() const;
    /// Why it is not connected; Error::NoError if no attempt has failed yet.
    Failure failure() const;
    /// Nothing while it is not connected.
    std::optional<NatsSession> session() const;
    /// Waits until it is connected or refused, at most until @p end.
    ConnectionState waitWhileConnecting(Clock::time_point end) const;

    void connected(const NatsSession &session);
    void reconnected();
    void interrupted(const Failure &why);
    /// An attempt failed, or the connection was closed permanently. The next attempt follows if the failure is transient.
    void attemptFailed(const Failure &why);
    void tryAgain();

    void noteViolation(const QString &text);
    /// The newest permission violation since @p begin, or one that concerns a subscription, which is reported only once.
    QString violationSince(Clock::time_point begin) const;

    void addObserver(ConnectionObserver *observer);
    /// It is not called any more once this returns.
    void removeObserver(ConnectionObserver *observer);

    /// Queues @p job: it is called in the thread of the connection once that is connected, in order. The end of the connection
    /// drops it.
    void run(Job job);
    /// Waits for the next job. Nothing if the connection is closed permanently, or no longer needed.
    Job takeJob();
    void stop();
    bool isStopped() const;
    /// Waits until tryAgain() or stop().
    void waitWhileRefused();
    /// Waits until stop(), at most for @p duration.
    void pause(std::chrono::milliseconds duration);

private:
    struct Violation {
        Clock::time_point time;
        QString text;
    };

    void change(ConnectionState state, const Failure &failure);
    void tell();

    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    ConnectionState m_state = ConnectionState::Connecting;
    Failure m_failure;
    NatsSession m_session;
    std::deque<Violation> m_violations;
    std::deque<Job> m_jobs;
    bool m_isStopped = false;

    std::mutex m_observersMutex;
    std::vector<ConnectionObserver *> m_observers;
};

} // namespace FileBus
