// SPDX-License-Identifier: Apache-2.0
#include "file/publish/subscribers.h"

#include "base/clock.h"
#include "base/failure.h"
#include "base/logging.h"
#include "file/disk/accessrules.h"
#include "file/disk/freshness.h"
#include "file/disk/ownerfile.h"
#include "file/disk/spool.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <sys/stat.h>
#include <unistd.h>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

struct SubscribersText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Subscribers)
};

constexpr auto judgementInterval = 500ms;

// A file system gives the same time to everything that happens within one tick of the kernel's clock, and some within a second or
// two. A directory that changed a moment ago may change again without a new time.
bool mayChangeUnseen(qint64 modified, qint64 now)
{
    constexpr qint64 second = std::chrono::nanoseconds(1s).count();
    const qint64 tick = std::chrono::nanoseconds(modified % second == 0 ? 2s : 100ms).count();
    return now - modified < tick;
}

bool isThere(const Spool &spool, quint64 sequence)
{
    return mayBeThere(spool.entryPath(sequence), spool.freshness());
}

} // namespace

Outcome Subscribers::Subscriber::readWaiting(quint64 newest)
{
    noted.reset();
    const Result<QList<quint64>> sequences = inbox.spool().sequences();
    if (!sequences)
        return sequences.failure();
    waiting.assign(sequences->begin(), sequences->end());
    noted = newest;
    return done();
}

// What other producers have put in, up to the chunk @p newest.
Outcome Subscribers::Subscriber::note(quint64 newest)
{
    if (!noted || newest < *noted || newest - *noted > Spool::mostGuessedNames)
        return readWaiting(newest);
    for (quint64 sequence = *noted + 1; sequence <= newest; ++sequence) {
        if (isThere(inbox.spool(), sequence))
            waiting.push_back(sequence);
    }
    noted = newest;
    return done();
}

// A consumer takes the oldest first, so the search ends at the first chunk that is still there.
void Subscribers::Subscriber::forgetTaken(quint64 window)
{
    while (waiting.size() >= window && !waiting.empty() && !isThere(inbox.spool(), waiting.front()))
        waiting.pop_front();
}

// An inbox with a number that is yet to come holds chunks of another stream. They must be taken first.
Result<Subscribers::Room> Subscribers::Subscriber::roomFor(quint64 sequence, quint64 window)
{
    if (const Outcome seen = note(sequence - 1); !seen)
        return seen.failure();
    forgetTaken(window);
    if (const Outcome seen = waiting.empty() || waiting.back() < sequence ? done() : readWaiting(sequence - 1); !seen)
        return seen.failure();
    return waiting.size() < window && (waiting.empty() || waiting.back() < sequence) ? Free : Full;
}

Subscribers::Subscribers(const QByteArray &inboxes)
    : m_directory(inboxes)
{ }

Result<std::optional<Subscribers::Listing>> Subscribers::currentListing() const
{
    struct stat status;
    lookUp(m_directory, m_freshness);
    const bool isThere = ::lstat(m_directory.constData(), &status) == 0;
    if (!isThere && errno != ENOENT && errno != ENOTDIR)
        return Failure::fromErrno(errno, SubscribersText::tr("cannot look for consumers in %1").arg(shownPath(m_directory)),
                                  m_directory);
    if (!isThere || !S_ISDIR(status.st_mode))
        return std::optional<Listing>();
    return std::optional<Listing>({status.st_dev, status.st_ino, modificationTime(status)});
}

Outcome Subscribers::refresh()
{
    const Result<std::optional<Listing>> listed = currentListing();
    if (!listed)
        return listed.failure();
    if (!*listed)
        m_inboxes.clear();
    if (!*listed || **listed == m_listing)
        return done();
    m_listing = **listed;
    if (mayChangeUnseen(m_listing.modified, wallClock()))
        m_listing.modified = -1;
    const Outcome read = readInboxes();
    if (!read)
        m_listing = {};
    return read;
}

// Keeps what is known of the inboxes that are still there.
Outcome Subscribers::readInboxes()
{
    const Result<QList<Inbox>> inboxes = Inbox::in(m_directory, m_freshness);
    if (!inboxes)
        return inboxes.failure();
    std::vector<Subscriber> known = std::exchange(m_inboxes, {});
    for (const Inbox &inbox : *inboxes) {
        const auto same = std::find_if(known.begin(), known.end(),
                                       [&](const Subscriber &subscriber) { return subscriber.inbox.name() == inbox.name(); });
        m_inboxes.push_back(same == known.end() ? Subscriber{inbox, {}, {}} : std::move(*same));
        m_inboxes.back().reader = inbox.reader(); // another user may have taken it over
    }
    return done();
}

qsizetype Subscribers::count() const
{
    return std::count_if(m_inboxes.begin(), m_inboxes.end(),
                         [](const Subscriber &subscriber) { return subscriber.inbox.isDurable() || subscriber.inbox.isOwned(); });
}

Result<QByteArrayList> Subscribers::withoutRoomFor(quint64 sequence, quint64 window)
{
    QByteArrayList full;
    for (Subscriber &subscriber : m_inboxes) {
        const Result<Room> room = subscriber.roomFor(sequence, window);
        if (!room)
            return room.failure();
        if (*room == Full)
            full.append(subscriber.inbox.path());
    }
    return full;
}

// The kernel may refuse to link the file of another user, even one that we can write. FUSE makes the link and then looks it up:
// if a consumer beneath the mount has taken it by then, the link seems to have failed with ENOENT.
Outcome Subscribers::put(const QByteArray &file, const Inbox &inbox, quint64 sequence) const
{
    const QByteArray entry = inbox.spool().entryPath(sequence);
    if (::link(file.constData(), entry.constData()) == 0 || errno == EEXIST)
        return done();
    const int number = errno;
    if (number == ENOENT && m_freshness == Freshness::AskAnew && mayBeThere(file, m_freshness) && inbox.exists())
        return done();
    struct stat status;
    const bool isForeign = ::lstat(file.constData(), &status) == 0 && status.st_uid != ::geteuid();
    if (number == EPERM && isForeign)
        return m_copy.put(file, entry);
    return Failure::fromErrno(number, SubscribersText::tr("cannot put a chunk into the inbox %1").arg(shownPath(inbox.path())),
                              inbox.path());
}

Subscribers::Delivery Subscribers::deliver(quint64 sequence, const QByteArray &file, const QByteArrayList &leftOut)
{
    Delivery delivery;
    for (Subscriber &subscriber : m_inboxes) {
        if (!leftOut.isEmpty() && leftOut.contains(subscriber.inbox.path()))
            continue;
        const Outcome placed = put(file, subscriber.inbox, sequence);
        if (!placed && !subscriber.inbox.exists()) // the consumer is gone
            continue;
        if (!placed) {
            delivery.outcome = placed;
            return delivery;
        }
        ++delivery.inboxes;
        if (subscriber.noted && *subscriber.noted + 1 == sequence) {
            subscriber.waiting.push_back(sequence);
            subscriber.noted = sequence;
        }
    }
    return delivery;
}

bool Subscribers::dropDead()
{
    if (!m_nextJudgement.hasExpired())
        return false;
    m_nextJudgement.setRemainingTime(judgementInterval);
    return 0 < std::erase_if(m_inboxes, [this](const Subscriber &subscriber) { return drop(subscriber.inbox); });
}

void Subscribers::removeAbandoned()
{
    dropDead();
    const QByteArrayList names = OwnerFile::namesIn(m_directory).valueOr({});
    for (const QByteArray &name : names) {
        if (const Inbox inbox(m_directory, name, m_freshness); !inbox.isDurable() && !inbox.exists())
            OwnerFile::removeIfDead(m_directory, name);
    }
}

bool Subscribers::drop(const Inbox &inbox)
{
    if (inbox.isDurable() || inbox.isOwned())
        return false;
    const std::optional<Owner> owner = inbox.owner();
    qCInfo(logProducer).noquote() << "dropping the inbox of a consumer that is gone:" << (owner ? owner->shown() : QString())
                                  << "with" << inbox.countChunks() << "chunks that it has not dealt with";
    inbox.remove();
    OwnerFile::removeIfDead(m_directory, inbox.name());
    return true;
}

Outcome Subscribers::sayEnd(const QUuid &producer, const AccessRules &rules)
{
    for (const Subscriber &subscriber : m_inboxes) {
        if (const Outcome said = subscriber.inbox.sayEnd(producer, rules); !said)
            return said;
    }
    return done();
}

QByteArrayList Subscribers::notTakenBy(quint64 sequence) const
{
    QByteArrayList directories;
    for (const Subscriber &subscriber : m_inboxes) {
        const QByteArray place = subscriber.inbox.placeOf(sequence);
        if (!place.isEmpty() && subscriber.inbox.isOwned())
            directories.append(place);
    }
    return directories;
}

QList<Spool> Subscribers::spools() const
{
    QList<Spool> spools;
    for (const Subscriber &subscriber : m_inboxes)
        spools << subscriber.inbox.spool() << subscriber.inbox.held();
    return spools;
}

} // namespace FileBus
