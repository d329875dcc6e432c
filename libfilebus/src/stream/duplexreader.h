// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/consume/subscription.h"
#include "file/watch/directoryalarm.h"
#include "stream/receivebuffer.h"

#include <optional>

namespace FileBus
{

/// The incoming direction of a stream. Moves the bytes of chunks from the inbox of its side into a buffer, as far as there is
/// room, and acknowledges the chunks of which all bytes were read. Emits nothing.
class DuplexReader
{
public:
    enum Progress {
        Open,
        Ending, ///< everything was received, and readChannelFinished() is still to be emitted
        Ended,
    };

    /// Forgets what was received in an earlier connection.
    void reset();
    /// Receives from @p subscription until stop().
    void begin(Subscription &subscription) { m_subscription = &subscription; }
    /// What was received and not read yet stays readable.
    void stop() { m_subscription = nullptr; }

    /// The most bytes to receive ahead of the application; 0: no bound.
    qint64 bufferSize() const { return m_bufferSize; }
    void setBufferSize(qint64 size);
    /// Whether nothing more is received before something is read.
    bool isFull() const { return m_subscription && m_progress == Open && !hasRoom(); }
    /// What to report about a full buffer, once until something is read.
    std::optional<Failure> takeFullness();
    bool isFullnessReported() const { return m_isFullnessReported; }

    /// The application reads at most @p size bytes.
    qint64 read(char *data, qint64 size);
    qint64 available() const { return m_received.size(); }
    bool hasLine() const { return m_received.hasLine(); }
    /// Drops what was received and not read.
    void clear() { m_received.clear(); }

    /// Receives what has come. True if bytes were received; otherwise @p alarm rings when there is more.
    bool receive(DirectoryAlarm &alarm);
    /// Whether something cannot be received at the moment. No event tells when it can.
    bool isTryingAgain() const { return m_subscription->isTryingAgain(); }
    /// Why nothing more can be received, if so; what came before is in the buffer.
    std::optional<Failure> takeBlock();
    /// Makes room in the window of the other side, because the application waits for more than has come. What to report if that
    /// failed in a new way.
    std::optional<Failure> hold();
    /// Acknowledges what was read, but for @p kept bytes that the device holds for its application.
    void acknowledge(qint64 kept);

    Progress progress() const { return m_progress; }
    /// True once, when everything was received.
    bool takeEnding();
    /// Whether the other side has said that no more comes, received or not.
    bool isEndKnown() const;
    /// Whether everything was received, and its last chunk was not read yet.
    bool isUnread() const { return m_progress == Ended && m_received.hasUnfinished(); }
    /// Whether everything was received and read.
    bool isDone() const { return m_progress == Ended && !m_received.hasUnfinished(); }

private:
    bool hasRoom() const { return m_bufferSize == 0 || m_received.size() < m_bufferSize; }
    bool take(Subscription::Depth depth);

    Subscription *m_subscription = nullptr;
    qint64 m_bufferSize = 0;
    ReceiveBuffer m_received;
    std::optional<Failure> m_blocked;
    Progress m_progress = Open;
    QString m_holdProblem; ///< reported last
    bool m_isFullnessReported = false;
};

} // namespace FileBus
