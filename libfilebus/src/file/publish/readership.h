// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/filerights.h"
#include "file/disk/inbox.h"
#include "file/disk/staging.h"
#include "file/publish/subscribers.h"

#include <QtCore/QSet>

namespace FileBus
{

/// Whether the subscribers can read what we publish. The owner of a bus decides who can read it. If there is no bus yet, the
/// subscriptions decide.
class Readership
{
public:
    /// @p path: of the bus.
    explicit Readership(const QByteArray &path);

    /// Fails, and names a subscriber, if one cannot read a file of ours with those rights.
    Outcome check(const FileRights &rights, const Subscribers &subscribers) const;

    /// Lets all subscribers read the first chunk of a bus. Fails, and names one, if that is impossible.
    Outcome admit(StagedFile &file, const Subscribers &subscribers) const;

    /// The inboxes of those that cannot read it. Warns of each once.
    QByteArrayList unreadableFor(const FileRights &rights, const Subscribers &subscribers);

private:
    struct ShutOut {
        Inbox inbox;
        uid_t user;
    };
    QList<ShutOut> shutOut(const FileRights &rights, const Subscribers &subscribers) const;
    Failure unreadable(const ShutOut &reader) const;

    QByteArray m_path;
    uid_t m_user; ///< who publishes
    QSet<QByteArray> m_warned;
};

} // namespace FileBus
