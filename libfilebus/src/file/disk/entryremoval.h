// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/busfile.h"
#include "file/disk/damagedchunks.h"
#include "file/disk/inbox.h"

#include <QtCore/QSet>

namespace FileBus
{

/// Takes out of an inbox what has been dealt with. What stays, as all does where a file system has become read-only, must not be
/// taken again for ever: it is remembered, and tried again.
class EntryRemoval
{
public:
    EntryRemoval(const BusFile &bus, const Inbox &inbox);

    void remove(quint64 sequence);
    /// Keeps it for people to look at. Returns the directory where it is then.
    QByteArray setAside(quint64 sequence);

    void tryAgain();
    /// Whether it has been dealt with, and is still there.
    bool isLeft(quint64 sequence) const { return m_left.contains(sequence) || m_leftDamaged.contains(sequence); }

private:
    bool removed(quint64 sequence) const;
    bool kept(quint64 sequence) const;

    Inbox m_inbox;
    BusFile m_bus;
    DamagedChunks m_damaged;
    QSet<quint64> m_left;
    QSet<quint64> m_leftDamaged;
};

} // namespace FileBus
