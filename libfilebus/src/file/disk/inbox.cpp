// SPDX-License-Identifier: Apache-2.0
#include "file/disk/inbox.h"

#include "base/directorylisting.h"
#include "base/failure.h"
#include "base/uniquefd.h"
#include "file/disk/freshness.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct InboxText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Inbox)
};

constexpr char unnamedMark = '~';
constexpr qsizetype longestName = 200; // with the suffix of the owner file, less than any file system allows
constexpr QByteArrayView endSuffix(".end");
constexpr QByteArrayView ownerSuffix(".owner");
constexpr int mostAttempts = 100;         // to remove a directory that is being filled
constexpr useconds_t closingDelay = 1000; // FUSE keeps the name of a file that was open until its server has closed it

bool isDirectory(const QByteArray &path, Freshness freshness)
{
    lookUp(path, freshness);
    struct stat status;
    if (::lstat(path.constData(), &status) == 0)
        return S_ISDIR(status.st_mode);
    return errno != ENOENT && errno != ENOTDIR; // unknown; the caller finds out when it uses the inbox
}

void removeFilesIn(const QByteArray &directory)
{
    for (const QByteArray &name : directoryListing(directory).valueOr({}))
        ::unlink((directory + '/' + name).constData());
}

bool isControlOrSlash(char c)
{
    return c == '/' || c == '\x7f' || (c >= 0 && c < ' ');
}

} // namespace

Inbox::Inbox(const QByteArray &inboxes, const QByteArray &name, Freshness freshness)
    : m_inboxes(inboxes)
    , m_name(name)
    , m_freshness(freshness)
    , m_spool(path(), freshness)
{ }

void Inbox::setFreshness(Freshness freshness)
{
    m_freshness = freshness;
    m_spool.setFreshness(freshness);
}

Result<QList<Inbox>> Inbox::in(const QByteArray &inboxes, Freshness freshness)
{
    lookUp(inboxes, freshness);
    const Result<QByteArrayList> names = directoryListing(inboxes);
    if (!names)
        return names.failure();
    QList<Inbox> found;
    for (const QByteArray &name : *names) {
        if (Inbox inbox(inboxes, name, freshness); inbox.exists())
            found.append(inbox);
    }
    return found;
}

QByteArray Inbox::unnamed()
{
    return unnamedMark + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
}

QString Inbox::problemWithName(const QByteArray &name)
{
    if (name.isEmpty() || name.size() > longestName)
        return InboxText::tr("a name has 1 to %1 bytes").arg(longestName);
    if (name.startsWith('.') || name.startsWith(unnamedMark))
        return InboxText::tr("a name cannot begin with '.' or '%1'").arg(QLatin1Char(unnamedMark));
    if (name.endsWith(ownerSuffix))
        return InboxText::tr("a name cannot end with '%1'").arg(QLatin1StringView(ownerSuffix));
    if (std::any_of(name.begin(), name.end(), isControlOrSlash))
        return InboxText::tr("a name cannot contain '/' or control characters");
    return {};
}

bool Inbox::isDurable() const
{
    return !m_name.startsWith(unnamedMark);
}

bool Inbox::exists() const
{
    return isDirectory(path(), m_freshness);
}

std::optional<Inbox::Reader> Inbox::reader() const
{
    struct stat inbox, holder;
    lookUp(path(), m_freshness);
    if (::lstat(path().constData(), &inbox) != 0)
        return std::nullopt;
    const QByteArray owner = path() + ownerSuffix.toByteArray();
    lookUp(owner, m_freshness);
    const bool isHeld = ::lstat(owner.constData(), &holder) == 0;
    return Reader{isHeld ? holder.st_uid : inbox.st_uid, inbox.st_gid};
}

bool Inbox::hasHeldDirectory() const
{
    return isDirectory(heldPath(), m_freshness);
}

// It may move meanwhile, either way.
QByteArray Inbox::placeOf(quint64 sequence) const
{
    if (mayBeThere(m_spool.entryPath(sequence), m_freshness))
        return path();
    if (mayBeThere(held().entryPath(sequence), m_freshness))
        return heldPath();
    return mayBeThere(m_spool.entryPath(sequence), m_freshness) ? path() : QByteArray();
}

std::optional<Owner> Inbox::owner() const
{
    return OwnerFile::read(m_inboxes, m_name);
}

bool Inbox::isOwned() const
{
    const std::optional<Owner> reader = owner();
    return reader && reader->lives();
}

QByteArray Inbox::endPath(const QUuid &producer) const
{
    return path() + '/' + producer.toByteArray(QUuid::WithoutBraces) + endSuffix.toByteArray();
}

Outcome Inbox::sayEnd(const QUuid &producer, const AccessRules &rules) const
{
    const UniqueFd fd(rules.createShared(endPath(producer).constData()));
    const int number = fd ? 0 : errno;
    const bool isTakenAlready = number == ENOENT && m_freshness == Freshness::AskAnew; // see Subscribers::put()
    if (fd || number == EEXIST || isTakenAlready || !exists())                         // it was said, or the consumer is gone
        return done();
    return Failure::fromErrno(number, InboxText::tr("cannot announce the end of the stream in %1").arg(shownPath(path())),
                              path());
}

Result<Inbox::Content> Inbox::content() const
{
    lookUp(path(), m_freshness);
    const Result<QByteArrayList> names = directoryListing(path());
    if (!names)
        return names.failure();
    Content content{Spool::sequencesIn(*names), {}};
    for (const QByteArray &name : *names) {
        if (name.endsWith(endSuffix))
            content.ends.append(QUuid::fromString(name.chopped(endSuffix.size())));
    }
    return content;
}

void Inbox::removeEnd(const QUuid &producer) const
{
    ::unlink(endPath(producer).constData());
}

qsizetype Inbox::countChunks() const
{
    return m_spool.sequences().valueOr({}).size() + held().sequences().valueOr({}).size();
}

void Inbox::remove() const
{
    for (int attempt = 0; attempt < mostAttempts; ++attempt) {
        if (hasHeldDirectory()) {
            removeFilesIn(heldPath());
            ::rmdir(heldPath().constData());
        }
        removeFilesIn(path());
        if (::rmdir(path().constData()) == 0 || errno != ENOTEMPTY)
            return;
        if (m_freshness == Freshness::AskAnew)
            ::usleep(closingDelay);
    }
}

} // namespace FileBus
