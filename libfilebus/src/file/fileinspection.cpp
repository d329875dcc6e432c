// SPDX-License-Identifier: Apache-2.0
#include "file/fileinspection.h"

#include "base/clock.h"
#include "base/failure.h"
#include "file/disk/busfile.h"
#include "file/disk/busname.h"
#include "file/disk/chunkfile.h"
#include "file/disk/freshness.h"
#include "file/disk/inbox.h"
#include "file/disk/ownerfile.h"
#include "file/disk/ownerjudgement.h"
#include "file/disk/spool.h"

#include <filebus/businspection.h>
#include <filebus/chunk.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

#include <algorithm>
#include <sys/stat.h>

namespace FileBus
{

namespace
{

constexpr qsizetype mostRecent = 9;

void note(const Failure &why, BusInspection &inspection)
{
    if (inspection.error != Error::NoError)
        return;
    inspection.error = why.error;
    inspection.errorString = why.text;
}

// What is there, or nothing if it cannot be read.
template<typename T>
T take(const Result<T> &result, BusInspection &inspection)
{
    if (!result)
        note(result.failure(), inspection);
    return result.valueOr({});
}

Result<std::optional<Chunk>> newestOn(const BusFile &bus, Freshness freshness)
{
    Result<std::optional<Chunk>> newest = readChunkFile(bus.path(), freshness, {});
    if (newest)
        return newest;
    if (const auto status = bus.status(freshness); !status) // says it better, if it is no regular file
        return status.failure();
    if (newest.failure().error != Error::CorruptChunk)
        return newest;
    return Failure{Error::CorruptChunk,
                   QCoreApplication::translate("FileBus::BusInspection", "%1 holds no chunk: %2")
                       .arg(shownPath(bus.path()), newest.failure().text)};
}

QList<qint64> recentTimesIn(const QList<quint64> &sequences, const Spool &history)
{
    QList<qint64> times;
    for (const quint64 sequence : sequences.last(std::min(mostRecent, sequences.size()))) {
        struct stat status;
        if (::lstat(history.entryPath(sequence).constData(), &status) == 0)
            times.append(modificationTime(status));
    }
    std::sort(times.begin(), times.end());
    return times;
}

QList<ProducerStatus> producersIn(const QByteArray &directory, const QByteArrayList &names)
{
    QList<ProducerStatus> producers;
    for (const QByteArray &name : names) {
        if (const std::optional<Owner> owner = OwnerFile::read(directory, name))
            producers.append({{QUuid::fromString(name), owner->pid, owner->host, owner->program},
                              owner->lives(),
                              owner->userId,
                              {},
                              owner->life != Life::Unknown});
    }
    return producers;
}

// Who published the newest chunk, and whether that was the user whose producer it names.
void addProducerOf(const Chunk &newest, QList<ProducerStatus> &producers)
{
    const ProducerInfo info = newest.producer();
    const auto known =
        std::find_if(producers.begin(), producers.end(), [&](const ProducerStatus &status) { return status.info.id == info.id; });
    if (known != producers.end()) {
        if (known->userId && newest.userId() != known->userId)
            known->claimedBy = newest.userId();
    } else if (!info.id.isNull()) {
        producers.append({info, false, newest.userId(), {}}); // one that ended takes its owner file with it
    }
}

SubscriberStatus statusOf(const Inbox &inbox, BusInspection &inspection)
{
    SubscriberStatus status;
    if (inbox.isDurable())
        status.name = QFile::decodeName(inbox.name());
    if (const std::optional<Owner> owner = inbox.owner()) {
        status.pid = owner->pid;
        status.host = owner->host;
        status.program = owner->program;
        status.alive = owner->lives();
        status.judged = owner->life != Life::Unknown;
        status.since = owner->since;
        status.userId = owner->userId;
    }
    const qsizetype waiting =
        take(inbox.spool().sequences(), inspection).size() + take(inbox.held().sequences(), inspection).size();
    status.waiting = static_cast<quint64>(waiting);
    return status;
}

} // namespace

// Continues after a failure, of which the first is kept.
BusInspection inspectFiles(const BusFile &bus)
{
    BusInspection inspection;
    if (const Outcome named = checkFileName(bus.path()); !named) {
        note(named.failure(), inspection);
        return inspection;
    }
    const Freshness freshness = freshnessIn(bus.directory());
    const Spool history(bus.historyDirectory(), freshness);
    const SpoolUsage usage = history.usage();
    inspection.recentTimes = recentTimesIn(take(history.sequences(), inspection), history);
    inspection.historyChunks = usage.chunks;
    inspection.historyBytes = usage.bytes;
    const QByteArrayList producers = take(OwnerFile::namesIn(bus.producersDirectory()), inspection);
    inspection.producers = producersIn(bus.producersDirectory(), producers);
    for (const Inbox &inbox : take(Inbox::in(bus.inboxesDirectory(), freshness), inspection))
        inspection.subscribers.append(statusOf(inbox, inspection));
    inspection.newest = take(newestOn(bus, freshness), inspection);
    if (inspection.newest)
        addProducerOf(*inspection.newest, inspection.producers);
    return inspection;
}

} // namespace FileBus
