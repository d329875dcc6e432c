// SPDX-License-Identifier: Apache-2.0
#include "cluster/clusterbus.h"

#include "base/failure.h"
#include "base/waiting.h"
#include "bus/clusteraddress.h"
#include "bus/publishsettings.h"
#include "cluster/clusterconnection.h"
#include "cluster/connectionrecord.h"
#include "cluster/natsfailure.h"
#include "cluster/natshandle.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>

namespace FileBus
{

namespace
{

struct BusText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::ClusterBus)
};

constexpr int usualReplicas = 3;
constexpr int noReplicas = 10074;
constexpr qint64 recordOverhead = 4096; // subject, headers and what the server adds
constexpr qint64 unlimited = qint64(1) << 50;

jsOptions waiting(std::chrono::milliseconds wait)
{
    jsOptions options;
    jsOptions_Init(&options);
    options.Wait = wait.count();
    return options;
}

const char *valueOf(const natsMetadata &metadata, QByteArrayView key)
{
    for (int i = 0; i < metadata.Count; ++i) {
        if (key == QByteArrayView(metadata.List[2 * i]))
            return metadata.List[2 * i + 1];
    }
    return nullptr;
}

// The newest chunk is kept whatever the bounds are, as in a file.
qint64 mostChunks(const HistoryBounds &history)
{
    return history.bytes == 0 ? 1 : static_cast<qint64>(std::clamp<quint64>(history.chunks, 1, quint64(1) << 62));
}

// With a bound below the size of the newest chunk, a server would remove that one, too. It also reserves this many bytes.
qint64 mostBytes(const HistoryBounds &history, qint64 maxPayload)
{
    const qint64 largest = std::min(maxPayload, ClusterBus::largestMessage) + recordOverhead;
    return history.bytes >= unlimited ? -1 : std::max(history.bytes, largest);
}

// The configuration of a new bus on the servers, without bounds and replicas.
struct NewStream {
    NewStream(const QByteArray &streamName, const QByteArray &streamSubject)
        : name(streamName)
        , subject(streamSubject)
    {
        jsStreamConfig_Init(&config);
        config.Name = name.constData();
        config.Subjects = subjects.data();
        config.SubjectsLen = static_cast<int>(subjects.size());
        config.Storage = js_FileStorage;
        config.Retention = js_LimitsPolicy;
        config.Discard = js_DiscardOld;
        config.AllowDirect = true;
        config.Metadata = {metadata.data(), static_cast<int>(metadata.size() / 2)};
    }
    NewStream(const NewStream &) = delete;
    NewStream &operator=(const NewStream &) = delete;

    const QByteArray name;
    const QByteArray subject;
    const QByteArray version = QByteArray::number(ClusterBus::format);
    const QByteArray id = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    std::array<const char *, 1> subjects{subject.constData()};
    std::array<const char *, 4> metadata{ClusterBus::formatKey, version.constData(), ClusterBus::streamKey, id.constData()};
    jsStreamConfig config{};
};

ClusterBusState stateOf(const jsStreamInfo &info, const QUuid &id)
{
    return {id,
            info.State.FirstSeq,
            info.State.LastSeq,
            info.State.Msgs,
            info.State.Bytes,
            static_cast<int>(info.Config->Replicas),
            {static_cast<quint64>(std::max<qint64>(info.Config->MaxMsgs, 0)), info.Config->MaxBytes}};
}

} // namespace

ClusterBus::ClusterBus(const ClusterAddress &address, const QString &shownAddress)
    : m_name(address.name)
    , m_replicas(address.replicas)
    , m_shown(shownAddress)
{ }

QByteArray ClusterBus::streamName() const
{
    return "FB_" + m_name;
}

QByteArray ClusterBus::subjects() const
{
    return "fb." + m_name + ".in.*";
}

QByteArray ClusterBus::subjectOf(const QUuid &producer) const
{
    return "fb." + m_name + ".in." + producer.toByteArray(QUuid::WithoutBraces);
}

Result<ClusterBusState> ClusterBus::evaluate(const jsStreamInfo &info, const NatsPlace &place) const
{
    const char *const version = valueOf(info.Config->Metadata, formatKey);
    if (!version)
        return NatsFailure::ofForeignStream(place, BusText::tr("its metadata lacks %1").arg(QString::fromLatin1(formatKey)));
    if (QByteArrayView(version).toInt() != format)
        return Failure{Error::NotSupported,
                       BusText::tr("%1 was created by a later version of filebus; use that version").arg(m_shown)};
    const QUuid id = QUuid::fromString(QLatin1StringView(valueOf(info.Config->Metadata, streamKey)));
    if (id.isNull())
        return NatsFailure::ofForeignStream(place, BusText::tr("its metadata lacks %1").arg(QString::fromLatin1(streamKey)));
    return stateOf(info, id);
}

ClusterBus::Found ClusterBus::look(const ClusterConnection &connection, std::chrono::milliseconds wait) const
{
    const std::optional<NatsSession> session = connection.session();
    if (!session)
        return NatsFailure::ofInterruption(connection.place(m_shown));
    const Clock::time_point begin = Clock::now();
    JetStreamInfo info;
    jsOptions options = waiting(wait);
    jsErrCode code{};
    const natsStatus status = receive(info, js_GetStreamInfo, session->jetStream, streamName().constData(), &options, &code);
    if (status == NATS_NOT_FOUND)
        return std::optional<ClusterBusState>();
    if (status != NATS_OK)
        return connection.explain(status, code, begin, m_shown);
    const Result<ClusterBusState> state = evaluate(*info, connection.place(m_shown));
    return state ? Found(std::optional(*state)) : Found(state.failure());
}

// If another producer creates the bus at the same time, creating it fails here, for whichever reason comes first.
Result<ClusterBusState> ClusterBus::prepare(const ClusterConnection &connection, const HistoryBounds &history) const
{
    const Found found = look(connection);
    if (!found)
        return found.failure();
    if (*found)
        return adapt(connection, **found, history);
    const Result<ClusterBusState> made = make(connection, history, m_replicas.value_or(usualReplicas));
    if (made)
        return made;
    const Found foundNow = look(connection);
    return foundNow && *foundNow ? adapt(connection, **foundNow, history) : made;
}

// A single server, which is not part of a cluster, supports only one replica.
Result<ClusterBusState> ClusterBus::make(const ClusterConnection &connection, const HistoryBounds &history, int replicas) const
{
    const std::optional<NatsSession> session = connection.session();
    if (!session)
        return NatsFailure::ofInterruption(connection.place(m_shown));
    NewStream stream(streamName(), subjects());
    stream.config.Replicas = replicas;
    stream.config.MaxMsgs = mostChunks(history);
    stream.config.MaxBytes = mostBytes(history, connection.maxPayload().value_or(0));
    const Clock::time_point begin = Clock::now();
    JetStreamInfo info;
    jsOptions options = waiting(usualWait);
    jsErrCode code{};
    const natsStatus status = receive(info, js_AddStream, session->jetStream, &stream.config, &options, &code);
    if (code == noReplicas && !m_replicas && replicas > 1)
        return make(connection, history, 1);
    if (status != NATS_OK)
        return connection.explain(status, code, begin, m_shown);
    return evaluate(*info, connection.place(m_shown));
}

Result<ClusterBusState> ClusterBus::adapt(const ClusterConnection &connection, const ClusterBusState &state,
                                          const HistoryBounds &history) const
{
    const qint64 bytes = mostBytes(history, connection.maxPayload().value_or(0));
    if (state.history.chunks == static_cast<quint64>(mostChunks(history)) && state.history.bytes == bytes)
        return state;
    const std::optional<NatsSession> session = connection.session();
    if (!session)
        return NatsFailure::ofInterruption(connection.place(m_shown));
    const Clock::time_point begin = Clock::now();
    JetStreamInfo info;
    JetStreamInfo updated;
    jsOptions options = waiting(usualWait);
    jsErrCode code{};
    natsStatus status = receive(info, js_GetStreamInfo, session->jetStream, streamName().constData(), &options, &code);
    if (status == NATS_OK) {
        info->Config->MaxMsgs = mostChunks(history);
        info->Config->MaxBytes = bytes;
        status = receive(updated, js_UpdateStream, session->jetStream, info->Config, &options, &code);
    }
    if (status != NATS_OK)
        return connection.explain(status, code, begin, m_shown);
    return evaluate(*updated, connection.place(m_shown));
}

} // namespace FileBus
