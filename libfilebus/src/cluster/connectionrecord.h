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

/// Hears of a connection that comes, goes or is refused; in any thread. Must not block, nor add or remove observers.
class ConnectionObserver
{
public:
    virtual void connectionChanged() = 0;

protected:
    ~ConnectionObserver() = default;
};

/// How a connection is doing.
enum class ConnectionState {
    Connecting, ///< the first attempts; what failed is tried again
    Connected,
    Interrupted, ///< was there, and comes back by itself
    Refused,     ///< no further attempt until somebody asks for one
};

/// What jobs and publishers work with. Valid as long as the ClusterConnection that it is of.
struct NatsSession {
    natsConnection *connection = nullptr;
    jsCtx *jetStream = nullptr;
};

/// What is known of a connection, and what it is to do: shared by its users, its thread, and the callbacks of libnats. Any
/// thread.
class ConnectionRecord
{
public:
    using Job = std::function<void(const NatsSession &)>;

    ConnectionState state() const;
    /// Why it is not there; Error::NoError if no attempt has failed yet.
    Failure failure() const;
    /// Nothing while it is not connected.
    std::optional<NatsSession> session() const;
    /// Until it is connected or refused, at most until @p end.
    ConnectionState waitWhileConnecting(Clock::time_point end) const;

    void connected(const NatsSession &session);
    void reconnected();
    void interrupted(const Failure &why);
    /// An attempt failed, or the connection was closed for good. The next attempt follows if the failure is transient.
    void attemptFailed(const Failure &why);
    void tryAgain();

    void noteViolation(const QString &text);
    /// What the server did not permit: the newest one since @p begin, or a subscription, which fails only once for all.
    QString violationSince(Clock::time_point begin) const;

    void addObserver(ConnectionObserver *observer);
    /// It is not called any more once this returns.
    void removeObserver(ConnectionObserver *observer);

    /// To be called once the connection is there, in its thread, in order. Dropped at the end of the connection.
    void run(Job job);
    /// Waits for the next job. Nothing if the connection is closed for good, or nobody needs it any more.
    Job takeJob();
    void stop();
    bool isStopped() const;
    /// Until tryAgain() or stop().
    void waitWhileRefused();
    /// Until stop(), at most for that long.
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
