// SPDX-License-Identifier: Apache-2.0
#include "file/publish/past.h"

#include "base/directorylisting.h"
#include "base/logging.h"
#include "file/disk/accessrules.h"
#include "file/disk/chunkfile.h"
#include "file/disk/filerights.h"
#include "file/disk/freshness.h"
#include "file/disk/inbox.h"
#include "file/disk/pinnedfile.h"
#include "file/disk/spool.h"

#include <filebus/chunk.h>

#include <cerrno>
#include <unistd.h>

namespace FileBus
{

namespace
{

// The access that the file at @p path should have, if it is more open than @p access.
Result<std::optional<AccessList>> tooOpen(const QByteArray &path, Freshness freshness, const AccessList &access)
{
    lookUp(path, freshness);
    struct stat status;
    if (::lstat(path.constData(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & AccessRules::others) == 0)
        return std::optional<AccessList>();
    const Result<FileRights> rights = FileRights::of(status, path);
    if (!rights)
        return rights.failure();
    const AccessList past = rights->access();
    return past.isWithin(access) ? std::optional<AccessList>() : AccessList::common(past, access);
}

// Only a chunk: somebody may have put a link to another file of ours there.
bool restrictChunk(const QByteArray &path, Freshness freshness, quint64 sequence, const AccessList &access)
{
    Result<std::optional<PinnedFile>> file = PinnedFile::open(path, freshness);
    if (!file || !*file)
        return false;
    const Result<std::optional<Chunk>> chunk = readChunk(**file, path);
    return chunk && *chunk && (*chunk)->sequence() == sequence && restrictAccess((*file)->fd(), access);
}

} // namespace

Past::Past(const BusFile &bus, const ChunkCopy &copy)
    : m_bus(bus)
    , m_freshness(freshnessIn(bus.directory()))
    , m_copy(copy)
{ }

void Past::follow(const AccessList &access) const
{
    removeReplaced(access);
    followIn(m_bus.historyDirectory(), access, Remove);
    for (const Inbox &inbox : Inbox::in(m_bus.inboxesDirectory(), m_freshness).valueOr({})) {
        followIn(inbox.path(), access, Keep);
        followIn(inbox.heldPath(), access, Keep);
    }
}

void Past::followIn(const QByteArray &directory, const AccessList &access, Otherwise otherwise) const
{
    const Spool spool(directory, m_freshness);
    for (const quint64 sequence : spool.sequences().valueOr({})) {
        const QByteArray path = spool.entryPath(sequence);
        const Result<std::optional<AccessList>> allowed = tooOpen(path, m_freshness, access);
        if (allowed && (!*allowed || restrictChunk(path, m_freshness, sequence, **allowed) || m_copy.put(path, path, *allowed)))
            continue;
        qCInfo(logProducer).noquote() << "more open than the bus, and cannot be restricted:" << shownPath(path);
        if (otherwise == Remove)
            ::unlink(path.constData());
    }
}

// A chunk that waits to be removed has another name; one that waits to be published has none.
void Past::removeReplaced(const AccessList &access) const
{
    const QByteArray directory = m_bus.stagingDirectory();
    for (const QByteArray &name : directoryListing(directory).valueOr({})) {
        const QByteArray path = directory + '/' + name;
        struct stat status;
        const Result<std::optional<AccessList>> allowed = tooOpen(path, m_freshness, access);
        if (allowed && *allowed && ::lstat(path.constData(), &status) == 0 && status.st_nlink > 1)
            ::unlink(path.constData());
    }
}

} // namespace FileBus
