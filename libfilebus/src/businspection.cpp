// SPDX-License-Identifier: Apache-2.0
#include <filebus/businspection.h>

#include "busfile.h"
#include "chunkfile.h"
#include "inbox.h"
#include "nanoseconds.h"
#include "ownerfile.h"
#include "spool.h"

#include <QtCore/QFile>

#include <algorithm>
#include <sys/stat.h>

namespace FileBus
{

namespace
{

constexpr qsizetype mostRecent = 9;

QList<qint64> recentTimesIn(const Spool &history)
{
    QList<qint64> times;
    const QList<quint64> sequences = history.sequences().valueOr({});
    for (const quint64 sequence : sequences.last(std::min(mostRecent, sequences.size()))) {
        struct stat status;
        if (::lstat(history.entryPath(sequence).constData(), &status) == 0)
            times.append(modificationTime(status));
    }
    std::sort(times.begin(), times.end());
    return times;
}

QList<ProducerStatus> producersIn(const QByteArray &directory)
{
    QList<ProducerStatus> producers;
    for (const QByteArray &name : OwnerFile::namesIn(directory).valueOr({})) {
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

SubscriberStatus statusOf(const Inbox &inbox)
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
    status.waiting =
        static_cast<quint64>(inbox.spool().sequences().valueOr({}).size() + inbox.held().sequences().valueOr({}).size());
    return status;
}

} // namespace

BusInspection BusInspection::of(const QByteArray &fileName)
{
    const BusFile bus(fileName);
    BusInspection inspection;
    const Freshness freshness = freshnessIn(bus.directory());
    const Spool history(bus.historyDirectory(), freshness);
    const SpoolUsage usage = history.usage();
    inspection.recentTimes = recentTimesIn(history);
    inspection.historyChunks = usage.chunks;
    inspection.historyBytes = usage.bytes;
    inspection.producers = producersIn(bus.producersDirectory());
    for (const Inbox &inbox : Inbox::in(bus.inboxesDirectory(), freshness).valueOr({}))
        inspection.subscribers.append(statusOf(inbox));
    if (const Result<std::optional<Chunk>> newest = readChunkFile(bus.path(), freshness, {}); newest && *newest) {
        inspection.newest = **newest;
        addProducerOf(*inspection.newest, inspection.producers);
    }
    return inspection;
}

} // namespace FileBus
