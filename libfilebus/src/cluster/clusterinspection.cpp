// SPDX-License-Identifier: Apache-2.0
#include "cluster/clusterinspection.h"

#include "base/failure.h"
#include "base/waiting.h"
#include "cluster/chunkmessage.h"
#include "cluster/clusterbus.h"
#include "cluster/clusterconnection.h"
#include "cluster/connectionrecord.h"
#include "cluster/natsfailure.h"
#include "cluster/natshandle.h"

#include <filebus/chunk.h>
#include <filebus/error.h>

#include <optional>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{

constexpr auto patience = 1s; // for each answer

// Waits for the first attempt only: once one has failed, the servers count as unreachable until a later one succeeds.
Outcome awaitConnection(const ClusterConnection &connection)
{
    if (connection.failure().error == Error::NoError)
        connection.waitWhileConnecting(Clock::now() + patience);
    if (connection.session())
        return done();
    const Failure failure = connection.failure();
    return failure.error != Error::NoError ? failure : NatsFailure::ofConnecting({NATS_TIMEOUT, 0, {}, {}}, connection.place());
}

Result<std::optional<Chunk>> newestOn(const ClusterConnection &connection, const ClusterBus &bus, const ClusterBusState &state)
{
    const std::optional<NatsSession> session = connection.session();
    if (!session)
        return NatsFailure::ofInterruption(connection.place(bus.shown()));
    if (state.chunks == 0)
        return std::optional<Chunk>();
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = std::chrono::milliseconds(patience).count();
    jsErrCode code{};
    const Clock::time_point begin = Clock::now();
    NatsMessage message;
    const natsStatus status = receive(message, js_GetLastMsg, session->jetStream, bus.streamName().constData(),
                                      bus.subjects().constData(), &options, &code);
    if (status == NATS_NOT_FOUND)
        return std::optional<Chunk>();
    if (status != NATS_OK)
        return connection.explain(status, code, begin, bus.shown());
    const Result<ReceivedChunk> received = ChunkMessage::decodeStored(message.get(), state.id);
    return received ? Result(std::optional(received->chunk)) : Result<std::optional<Chunk>>(received.failure());
}

void note(const Failure &why, BusInspection &inspection)
{
    inspection.error = why.error;
    inspection.errorString = why.text;
}

// Whether the producer is alive cannot be seen here; only lossless consumers would need to know.
void noteNewest(const Chunk &newest, BusInspection &inspection)
{
    inspection.newest = newest;
    inspection.recentTimes.append(newest.time());
    if (!newest.producer().id.isNull())
        inspection.producers.append({newest.producer(), true, {}, {}, false});
}

} // namespace

BusInspection inspectCluster(const ClusterAddress &address, const QString &shownAddress)
{
    BusInspection inspection;
    const auto connection = ClusterConnection::to(address);
    const ClusterBus bus(address, shownAddress);
    if (const Outcome connected = awaitConnection(*connection); !connected) {
        note(connected.failure(), inspection);
        return inspection;
    }
    const Result<std::optional<ClusterBusState>> state = bus.look(*connection, patience);
    if (!state)
        note(state.failure(), inspection);
    if (!state || !*state)
        return inspection;
    inspection.historyChunks = (*state)->chunks;
    inspection.historyBytes = static_cast<qint64>((*state)->bytes);
    const Result<std::optional<Chunk>> newest = newestOn(*connection, bus, **state);
    if (!newest)
        note(newest.failure(), inspection);
    else if (*newest)
        noteNewest(**newest, inspection);
    return inspection;
}

} // namespace FileBus
