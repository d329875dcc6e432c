// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/inbox.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QString>

namespace FileBus
{

/// Watches who holds the other side of a stream. That side's inbox tells: its owner file says who reads it, a process that
/// disconnects removes it, and one that dies leaves it behind.
class PeerWatch
{
public:
    enum Finding {
        NoNews,
        Came,   ///< a process holds the side
        Died,   ///< the process that held it is gone, but its inbox is there for a successor
        Left,   ///< the process that held it is gone, and so is the inbox
        Absent, ///< nobody was seen there, and there is no inbox; somebody may have come and left unseen
    };

    /// Begins again, with nobody seen.
    void reset();
    /// Looks who reads the inbox @p peer: once in 200 ms while somebody does, and at each call while nobody does.
    Finding look(const Inbox &peer);

    /// Whether the last look found somebody.
    bool isPresent() const { return m_isPresent; }
    /// Whether somebody was there at the last look and has disconnected since. What is published then reaches nobody.
    bool hasJustLeft(const Inbox &peer) const { return m_isPresent && !peer.exists(); }
    /// Who was seen last, as Stream::peer() says it; empty if nobody was.
    const QString &name() const { return m_name; }

private:
    bool m_isPresent = false;
    QString m_name;
    QDeadlineTimer m_nextLook;
};

} // namespace FileBus
