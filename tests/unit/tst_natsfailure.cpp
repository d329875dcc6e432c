// SPDX-License-Identifier: Apache-2.0
#include "cluster/natsfailure.h"

#include "base/failure.h"

#include <filebus/error.h>

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using FileBus::Error;
using FileBus::Failure;
using FileBus::NatsError;
using FileBus::NatsFailure;
using FileBus::NatsPlace;

namespace
{

const NatsPlace place{u"nats://bus.example:4222"_s, u"nats://bus.example/x"_s, u"the user \"bus\""_s, 1048576};

constexpr bool isTransient = true;
constexpr bool isFinal = false;

void addColumns()
{
    QTest::addColumn<natsStatus>("status");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("violation");
    QTest::addColumn<Error>("error");
    QTest::addColumn<bool>("transient");
    QTest::addColumn<QStringList>("named");
}

void addRow(const char *name, natsStatus status, int code, const QString &text, Error error, bool transient,
            const QStringList &named, const QString &violation = {})
{
    QTest::newRow(name) << status << code << text << violation << error << transient << named;
}

NatsError fetchError()
{
    QFETCH(const natsStatus, status);
    QFETCH(const int, code);
    QFETCH(const QString, text);
    QFETCH(const QString, violation);
    return {status, code, text, violation};
}

void compare(const Failure &failure)
{
    QFETCH(const QStringList, named);
    QTEST(failure.error, "error");
    QTEST(failure.isTransient, "transient");
    for (const QString &word : named)
        QVERIFY2(failure.text.contains(word), qPrintable(failure.text));
    QVERIFY2(failure.error == Error::LockTimeout || failure.text.contains(u';'), qPrintable(failure.text)); // a remedy
}

} // namespace

class TestNatsFailure : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void connecting_data();
    void connecting();
    void requests_data();
    void requests();
    void aReasonOfTheServerIsShownAsText();
};

void TestNatsFailure::connecting_data()
{
    addColumns();
    addRow("no server", NATS_NO_SERVER, 0, u"No server available"_s, Error::Unreachable, isTransient, {u"bus.example:4222"_s});
    addRow("unknown host", NATS_SYS_ERROR, 0, u"getaddrinfo error: Name or service not known"_s, Error::Unreachable, isTransient,
           {u"bus.example:4222"_s, u"Name or service not known"_s});
    addRow("silent", NATS_TIMEOUT, 0, u"Timeout"_s, Error::Unreachable, isTransient, {u"bus.example:4222"_s});
    addRow("wrong credentials", NATS_CONNECTION_AUTH_FAILED, 0, u"Authorization Violation"_s, Error::PermissionDenied, isFinal,
           {u"the user \"bus\""_s});
    addRow("certificate not trusted", NATS_SSL_ERROR, 0, u"self-signed certificate"_s, Error::Unreachable, isTransient,
           {u"self-signed certificate"_s, u"ca="_s, u"NATS_CA"_s});
    addRow("no TLS there", NATS_SECURE_CONNECTION_WANTED, 0, u"Secure Connection not available"_s, Error::Unreachable,
           isTransient, {u"no TLS"_s});
    addRow("client certificate missing", NATS_CONNECTION_CLOSED, 0, u"Connection Closed"_s, Error::Unreachable, isTransient,
           {u"cert="_s, u"key="_s});
}

void TestNatsFailure::connecting()
{
    compare(NatsFailure::ofConnecting(fetchError(), place));
}

void TestNatsFailure::requests_data()
{
    addColumns();
    const QString publish = u"Permissions Violation for Publish to \"fb.x.in.a\""_s;
    const QString subscribe = u"Permissions Violation for Subscription to \"_INBOX.1.*\""_s;
    addRow("server without JetStream", NATS_NO_RESPONDERS, 10076, u"jetstream not enabled"_s, Error::Unreachable, isTransient,
           {u"jetstream {}"_s});
    addRow("account without JetStream", NATS_ERR, 10039, u"jetstream not enabled for account"_s, Error::Unreachable, isTransient,
           {u"jetstream {}"_s, u"account"_s});
    addRow("may not publish", NATS_TIMEOUT, 0, u"Timeout"_s, Error::PermissionDenied, isFinal,
           {u"publish to \"fb.x.in.a\""_s, u"the user \"bus\""_s}, publish);
    addRow("may not subscribe", NATS_TIMEOUT, 0, u"Timeout"_s, Error::PermissionDenied, isFinal,
           {u"subscribe to \"_INBOX.1.*\""_s}, subscribe);
    addRow("no leader: time-out", NATS_TIMEOUT, 0, u"Timeout"_s, Error::LockTimeout, isTransient, {u"leader"_s});
    addRow("no leader: no responders", NATS_NO_RESPONDERS, 0, u"No responders"_s, Error::LockTimeout, isTransient, {u"leader"_s});
    addRow("no leader: 10008", NATS_ERR, 10008, u"temporarily unavailable"_s, Error::LockTimeout, isTransient, {u"leader"_s});
    addRow("somebody else's: name", NATS_ERR, 10058, u"stream name already in use"_s, Error::NotABus, isFinal,
           {u"another program"_s});
    addRow("somebody else's: subjects", NATS_ERR, 10065, u"subjects overlap"_s, Error::NotABus, isFinal, {u"subjects overlap"_s});
    addRow("too large", NATS_MAX_PAYLOAD, 0, u"Maximum payload"_s, Error::ChunkTooLarge, isFinal,
           {u"1048576"_s, u"max_payload"_s});
    addRow("store full", NATS_ERR, 10023, u"insufficient resources"_s, Error::DiskFull, isFinal, {u"insufficient resources"_s});
    addRow("no room to reserve", NATS_ERR, 10047, u"insufficient storage"_s, Error::DiskFull, isFinal, {u"shorter history"_s});
    addRow("replicas without a cluster", NATS_ERR, 10074, u"replicas > 1"_s, Error::NotSupported, isFinal, {u"replicas=1"_s});
    addRow("too few servers", NATS_ERR, 10005, u"no suitable peers"_s, Error::Unreachable, isTransient, {u"replicas=1"_s});
    addRow("interrupted", NATS_CONNECTION_DISCONNECTED, 0, u"disconnected"_s, Error::Unreachable, isTransient,
           {u"bus.example:4222"_s});
    addRow("connecting again", NATS_INSUFFICIENT_BUFFER, 0, u"insufficient"_s, Error::Unreachable, isTransient,
           {u"bus.example:4222"_s});
    addRow("closed", NATS_CONNECTION_CLOSED, 0, u"closed"_s, Error::Unreachable, isTransient, {u"bus.example:4222"_s});
    addRow("unknown code", NATS_ERR, 19999, u"a reason; of tomorrow"_s, Error::SystemError, isFinal,
           {u"19999"_s, u"of tomorrow"_s});
    addRow("unknown status", NATS_ILLEGAL_STATE, 0, u"illegal"_s, Error::SystemError, isFinal, {u"illegal"_s});
}

void TestNatsFailure::requests()
{
    compare(NatsFailure::ofUsing(fetchError(), place));
}

void TestNatsFailure::aReasonOfTheServerIsShownAsText()
{
    const Failure failure = NatsFailure::ofUsing({NATS_ERR, 10023, u"\x1b[31m %1 %2"_s, {}}, place);
    QVERIFY(!failure.text.contains(u'\x1b'));
    QVERIFY(failure.text.contains(u"%1 %2"_s));
}

QTEST_GUILESS_MAIN(TestNatsFailure)
#include "tst_natsfailure.moc"
