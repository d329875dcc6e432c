// SPDX-License-Identifier: Apache-2.0
#include "cluster/natsfailure.h"

#include "base/failure.h"

#include <filebus/displaytext.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>

namespace FileBus
{

using namespace Qt::StringLiterals;

namespace
{

struct NatsText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::NatsFailure)
};

constexpr qsizetype longestReason = 400;

// Errors of JetStream that have no suitable name in the header of libnats, or none yet.
enum JetStreamCode {
    AccountResourcesExceeded = 10002,
    ClusterIncomplete = 10004,
    NoSuitablePeers = 10005,
    ClusterNotActive = 10006,
    ClusterNotAssigned = 10007,
    ClusterNotAvailable = 10008,
    ClusterNotLeader = 10009,
    InsufficientResources = 10023,
    ConsumersLimit = 10026,
    StreamsLimit = 10027,
    MemoryExceeded = 10028,
    NotEnabledForAccount = 10039,
    StorageExceeded = 10047,
    MessageTooLarge = 10054,
    NameInUseByOther = 10058,
    SubjectsOverlap = 10065,
    ReplicasNotSupported = 10074,
    NotEnabled = 10076,
    StoreFailed = 10077,
    StreamOffline = 10118,
};

QString shown(const QString &reason)
{
    return displayText(reason, longestReason);
}

// What a text is about: the bus, or else the server.
QString target(const NatsPlace &place)
{
    return place.bus.isEmpty() ? place.server : place.bus;
}

Failure retried(Error error, const QString &text)
{
    return {error, text, true};
}

// The subject in "Permissions Violation for Publish to "fb.x.in.a"", if it is in quotation marks.
QString subjectOf(const QString &violation)
{
    const qsizetype begin = violation.indexOf(u'"');
    const qsizetype end = violation.lastIndexOf(u'"');
    return begin < end ? violation.sliced(begin + 1, end - begin - 1) : violation;
}

Failure notPermitted(const QString &violation, const NatsPlace &place)
{
    const QString subject = shown(subjectOf(violation));
    if (violation.contains(u"subscri", Qt::CaseInsensitive))
        return {Error::PermissionDenied,
                NatsText::tr("%1 does not permit %2 to subscribe to \"%3\"; change its permissions there")
                    .arg(place.server, place.credentials, subject)};
    return {Error::PermissionDenied,
            NatsText::tr("%1 does not permit %2 to publish to \"%3\"; change its permissions there")
                .arg(place.server, place.credentials, subject)};
}

Failure withoutJetStream(const NatsPlace &place)
{
    return retried(
        Error::Unreachable,
        NatsText::tr("%1 has no JetStream for %2; enable it there: jetstream {} in its configuration, and in that of the account")
            .arg(place.server, place.credentials));
}

Failure withoutLeader(const NatsPlace &place)
{
    return retried(Error::LockTimeout,
                   NatsText::tr("the servers of %1 do not answer, or have no leader for it; check that most of "
                                "them are running, or wait longer")
                       .arg(target(place)));
}

Failure full(const NatsError &error, const NatsPlace &place)
{
    return {Error::DiskFull,
            NatsText::tr("the servers have no room for %1: %2; increase their limits, or use a shorter history")
                .arg(target(place), shown(error.text))};
}

Failure refused(Error kind, const NatsError &error, const NatsPlace &place)
{
    return {kind,
            NatsText::tr("the servers refuse %1: %2 (%3)").arg(target(place), shown(error.text), QString::number(error.code))};
}

Failure ofCode(const NatsError &error, const NatsPlace &place)
{
    switch (error.code) {
    case NotEnabled:
    case NotEnabledForAccount:
        return withoutJetStream(place);
    case ClusterIncomplete:
    case ClusterNotActive:
    case ClusterNotAssigned:
    case ClusterNotAvailable:
    case ClusterNotLeader:
    case StreamOffline:
        return withoutLeader(place);
    case NoSuitablePeers:
        return retried(Error::Unreachable,
                       NatsText::tr("%1 has too few running servers for the replicas of %2; start more, or create "
                                    "the bus with replicas=1")
                           .arg(place.server, target(place)));
    case ReplicasNotSupported:
        return {Error::NotSupported,
                NatsText::tr("%1 is not part of a cluster, so %2 cannot have replicas; use replicas=1")
                    .arg(place.server, target(place))};
    case NameInUseByOther:
    case SubjectsOverlap:
        return NatsFailure::ofForeignStream(place, error.text);
    case InsufficientResources:
    case StorageExceeded:
    case MemoryExceeded:
    case AccountResourcesExceeded:
    case StoreFailed:
        return full(error, place);
    case ConsumersLimit:
    case StreamsLimit:
        return refused(Error::PermissionDenied, error, place);
    case MessageTooLarge:
        return refused(Error::ChunkTooLarge, error, place);
    default:
        return refused(Error::SystemError, error, place);
    }
}

Failure ofStatus(const NatsError &error, const NatsPlace &place)
{
    switch (error.status) {
    case NATS_NOT_PERMITTED:
        return notPermitted(error.text, place);
    case NATS_TIMEOUT:
    case NATS_NO_RESPONDERS:
        return error.violation.isEmpty() ? withoutLeader(place) : notPermitted(error.violation, place);
    case NATS_CONNECTION_CLOSED:
    case NATS_CONNECTION_DISCONNECTED:
    case NATS_INSUFFICIENT_BUFFER: // nothing is buffered for later
    case NATS_IO_ERROR:
    case NATS_STALE_CONNECTION:
    case NATS_DRAINING:
        return NatsFailure::ofInterruption(place);
    case NATS_MAX_PAYLOAD:
        return {
            Error::ChunkTooLarge,
            NatsText::tr("a chunk is larger than the %1 bytes that %2 accepts; use smaller chunks, or raise max_payload there")
                .arg(QString::number(place.maxPayload), place.server)};
    default:
        return {Error::SystemError, NatsText::tr("cannot use %1: %2; try again").arg(target(place), shown(error.text)),
                error.status == NATS_NO_MEMORY};
    }
}

} // namespace

// The texts of libnats begin with a line of its source, such as "(conn.c:2143): " or "(unix/sock.c:58): ".
NatsError NatsError::ofLastCall(natsStatus status, int code)
{
    static const QRegularExpression source(u"^(\\([\\w/]+\\.c:\\d+\\): )+"_s);
    const char *const text = nats_GetLastError(nullptr);
    return {status, code, QString::fromUtf8(text && *text ? text : natsStatus_GetText(status)).remove(source), {}};
}

Failure NatsFailure::ofConnecting(const NatsError &error, const NatsPlace &place)
{
    switch (error.status) {
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
        return {Error::PermissionDenied,
                NatsText::tr("%1 does not admit %2; correct the credentials").arg(place.server, place.credentials)};
    case NATS_SSL_ERROR:
        return retried(Error::Unreachable,
                       NatsText::tr("cannot connect to %1 by TLS: %2; name the authority that certified it: "
                                    "ca=FILE in the address, or NATS_CA=FILE")
                           .arg(place.server, shown(error.text)));
    case NATS_SECURE_CONNECTION_WANTED:
        return retried(Error::Unreachable,
                       NatsText::tr("%1 offers no TLS; configure it there, or use a nats:// address").arg(place.server));
    case NATS_CONNECTION_CLOSED:
        return retried(Error::Unreachable,
                       NatsText::tr("%1 closed the connection without a reason; if it requires a client certificate, "
                                    "use cert=FILE and key=FILE in the address, or NATS_CERT and NATS_KEY")
                           .arg(place.server));
    default:
        return retried(Error::Unreachable,
                       NatsText::tr("cannot reach %1: %2; start a server there, or correct the address")
                           .arg(place.server, shown(error.text)));
    }
}

Failure NatsFailure::ofUsing(const NatsError &error, const NatsPlace &place)
{
    return error.code != 0 ? ofCode(error, place) : ofStatus(error, place);
}

Failure NatsFailure::ofInterruption(const NatsPlace &place)
{
    return retried(
        Error::Unreachable,
        NatsText::tr("the connection to %1 was lost; start a server there, or wait until it can be reached").arg(place.server));
}

Failure NatsFailure::ofForeignStream(const NatsPlace &place, const QString &reason)
{
    return {Error::NotABus,
            NatsText::tr("another program uses the name or the subjects of %1 on the servers: %2; "
                         "choose another name")
                .arg(place.bus, shown(reason))};
}

Failure NatsFailure::ofLargeChunk(qint64 size, qint64 limit, const NatsPlace &place)
{
    return {Error::ChunkTooLarge,
            NatsText::tr("a chunk of %1 bytes, including its headers, cannot be published on %2; the maximum there is %3")
                .arg(QString::number(size), target(place), QString::number(limit))};
}

} // namespace FileBus
