// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/freshness.h"
#include "file/disk/ownerfile.h"
#include "file/disk/spool.h"

#include <QtCore/QUuid>

#include <sys/types.h>

namespace FileBus
{

/// The inbox of one lossless consumer, X.d/inbox/NAME: a spool of the chunks that wait for it, and the ends of producers. Beside
/// it lies NAME.owner, which says who reads it.
class Inbox
{
public:
    Inbox(const QByteArray &inboxes, const QByteArray &name, Freshness freshness = Freshness::AsKnown);

    /// How to ask for what is in it, and whether it is there.
    void setFreshness(Freshness freshness);
    Freshness freshness() const { return m_freshness; }

    /// The inboxes in a directory, X.d/inbox. Fails if it cannot be read.
    static Result<QList<Inbox>> in(const QByteArray &inboxes, Freshness freshness = Freshness::AsKnown);

    /// A name for a consumer that chose none; nobody takes over its inbox.
    static QByteArray unnamed();
    /// Why a consumer cannot have that name; empty if it can.
    static QString problemWithName(const QByteArray &name);

    const QByteArray &name() const { return m_name; }
    QByteArray path() const { return m_inboxes + '/' + m_name; }
    const Spool &spool() const { return m_spool; }
    /// Where its consumer keeps the chunks that it has in memory and has not dealt with yet.
    QByteArray heldPath() const { return path() + "/held"; }
    Spool held() const { return Spool(heldPath(), m_freshness); }
    bool hasHeldDirectory() const;
    /// The directory in which the chunk waits or is held; empty if neither.
    QByteArray placeOf(quint64 sequence) const;
    /// Whether it stays when its consumer is gone.
    bool isDurable() const;

    bool exists() const;

    /// Who reads it.
    struct Reader {
        uid_t user = 0;  ///< who holds the subscription, or else made it
        gid_t group = 0; ///< one that this user is taken to be in: the group of the inbox
    };
    /// Nothing if it is gone.
    std::optional<Reader> reader() const;

    std::optional<Owner> owner() const;
    bool isOwned() const;

    /// Says that the producer sends no more.
    Outcome sayEnd(const QUuid &producer, const AccessRules &rules) const;
    /// What is in it, in one look at the directory.
    struct Content {
        QList<quint64> sequences; ///< of the chunks, ascending
        QList<QUuid> ends;        ///< the producers that have said that they send no more
    };
    /// Fails if the directory cannot be read. One that is missing is empty: see exists().
    Result<Content> content() const;
    void removeEnd(const QUuid &producer) const;
    /// How many wait or are held.
    qsizetype countChunks() const;

    /// Removes it with all that is in it. A producer may be putting a chunk in meanwhile.
    void remove() const;

private:
    QByteArray endPath(const QUuid &producer) const;

    QByteArray m_inboxes;
    QByteArray m_name;
    Freshness m_freshness;
    Spool m_spool;
};

} // namespace FileBus
