// SPDX-License-Identifier: Apache-2.0
#include <filebus/producer.h>

#include "certificates.h"
#include "issuedcredentials.h"
#include "natsserver.h"
#include "storedchunks.h"

#include <filebus/error.h>

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <csignal>
#include <limits>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using FileBus::Error;
using FileBus::Producer;

namespace
{

const QByteArray jetStream = NatsServer::usualConfiguration;
const QByteArray listedUsers = jetStream + R"(
authorization { users: [
  { user: all, password: x }
  { user: noinfo, password: x, permissions: { publish: { deny: "$JS.API.STREAM.INFO.>" } } }
  { user: nochunks, password: x, permissions: { publish: { deny: "fb.>" } } }
  { user: noinbox, password: x, permissions: { subscribe: "other" } }
] }
)";

class EnvironmentVariable
{
public:
    EnvironmentVariable(const char *name, const QByteArray &value)
        : m_name(name)
    {
        qputenv(name, value);
    }
    ~EnvironmentVariable() { qunsetenv(m_name); }
    EnvironmentVariable(const EnvironmentVariable &) = delete;
    EnvironmentVariable &operator=(const EnvironmentVariable &) = delete;

private:
    const char *m_name;
};

} // namespace

/// Every reason why a bus on a server cannot be used, on a real server in that state.
class TestClusterErrors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void signalsOfTheProcessStayAsTheyWere();
    void withoutServer_data();
    void withoutServer();
    void credentials_data();
    void credentials();
    void credentialsOfTheEnvironment();
    void aJsonWebToken();
    void aFileOfCredentialsThatIsNotThere();
    void secureConnections_data();
    void secureConnections();
    void withoutJetStream_data();
    void withoutJetStream();
    void permissions_data();
    void permissions();
    void somebodyElsesStream_data();
    void somebodyElsesStream();
    void replicasWithoutACluster();
    void aChunkAboveTheLimitOfTheServer();
    void aChunkAboveEveryLimit();
    void aFullStore();
    void noRoomToReserve();
    void whatIsNotSupported();

private:
    void compareOpening(const QByteArray &address, Error error, const QStringList &named);

    std::unique_ptr<Certificates> m_certificates;
};

void TestClusterErrors::compareOpening(const QByteArray &address, Error error, const QStringList &named)
{
    Producer producer;
    producer.setNativeFileName(address);
    producer.setLockTimeout(error == Error::NoError ? 20s : 3s);
    const bool isOpen = producer.open();
    QVERIFY2(producer.error() == error, qPrintable(producer.errorString()));
    QCOMPARE(isOpen, error == Error::NoError);
    for (const QString &word : named)
        QVERIFY2(producer.errorString().contains(word), qPrintable(producer.errorString()));
    for (const char *secret : {"s3cret", "wr0ng"})
        QVERIFY2(!producer.errorString().contains(QLatin1StringView(secret)), qPrintable(producer.errorString()));
    if (error == Error::NoError) {
        QVERIFY(producer.publish("hello"));
        QVERIFY2(producer.close(20s), qPrintable(producer.errorString()));
    }
}

// libnats ignores SIGPIPE in the whole process, and all child processes would inherit that. This must be the first test, because
// QProcess does the same.
void TestClusterErrors::signalsOfTheProcessStayAsTheyWere()
{
    ::signal(SIGPIPE, SIG_DFL); // a shell may ignore it
    compareOpening("nats://127.0.0.1:1/x", Error::Unreachable, {});
    struct sigaction action{};
    QCOMPARE(::sigaction(SIGPIPE, nullptr, &action), 0);
    QVERIFY(action.sa_handler == SIG_DFL);
}

void TestClusterErrors::withoutServer_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<Error>("error");
    QTest::addColumn<QStringList>("named");
    QTest::newRow("nobody listens") << QByteArray("nats://127.0.0.1:1/x") << Error::Unreachable << QStringList{u"127.0.0.1:1"_s};
    QTest::newRow("several") << QByteArray("nats://127.0.0.1:1,127.0.0.1:2/x") << Error::Unreachable
                             << QStringList{u"127.0.0.1:1"_s, u"127.0.0.1:2"_s};
    QTest::newRow("unknown host") << QByteArray("nats://nosuch.invalid:4222/x") << Error::Unreachable
                                  << QStringList{u"nosuch.invalid"_s};
    QTest::newRow("bad port") << QByteArray("nats://127.0.0.1:99999/x") << Error::InvalidName << QStringList{u"99999"_s};
}

void TestClusterErrors::withoutServer()
{
    QFETCH(const QByteArray, address);
    QFETCH(const Error, error);
    QFETCH(const QStringList, named);
    compareOpening(address, error, named);
}

void TestClusterErrors::credentials_data()
{
    QTest::addColumn<QByteArray>("configuration");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<Error>("error");
    QTest::addColumn<QStringList>("named");
    const QByteArray user = jetStream + "authorization { user: bus, password: s3cret }\n";
    const QByteArray token = jetStream + "authorization { token: s3cret }\n";
    QTest::newRow("right") << user << QByteArray("bus:s3cret@") << Error::NoError << QStringList();
    QTest::newRow("wrong password") << user << QByteArray("bus:wr0ng@") << Error::PermissionDenied << QStringList{u"\"bus\""_s};
    QTest::newRow("none") << user << QByteArray() << Error::PermissionDenied << QStringList{u"without credentials"_s};
    QTest::newRow("right token") << token << QByteArray("s3cret@") << Error::NoError << QStringList();
    QTest::newRow("wrong token") << token << QByteArray("wr0ng@") << Error::PermissionDenied << QStringList{u"token"_s};
}

void TestClusterErrors::credentials()
{
    QFETCH(const QByteArray, configuration);
    QFETCH(const QByteArray, user);
    QFETCH(const Error, error);
    QFETCH(const QStringList, named);
    NatsServer server(configuration);
    QVERIFY2(server.start(), server.log().constData());
    compareOpening(server.address("x", user), error, named);
}

void TestClusterErrors::credentialsOfTheEnvironment()
{
    NatsServer server(jetStream + "authorization { user: bus, password: s3cret }\n");
    QVERIFY2(server.start(), server.log().constData());
    {
        const EnvironmentVariable user("NATS_USER", "bus");
        const EnvironmentVariable password("NATS_PASSWORD", "s3cret");
        compareOpening(server.address("x"), Error::NoError, {});
        compareOpening(server.address("x", "other:wr0ng@"), Error::PermissionDenied, {u"\"other\""_s}); // the address wins
    }
    compareOpening(server.address("x"), Error::PermissionDenied, {u"without credentials"_s});
}

// As operators issue them: an account's user with a token and a key, both in one file.
void TestClusterErrors::aJsonWebToken()
{
    const IssuedCredentials issued;
    QVERIFY2(issued.isValid(), issued.problem().constData());
    NatsServer server(jetStream + issued.configuration());
    QVERIFY2(server.start(), server.log().constData());
    compareOpening(server.address("x?creds=" + issued.file("user.creds")), Error::NoError, {});
    compareOpening(server.address("x?creds=" + issued.file("stranger.creds")), Error::PermissionDenied, {u"stranger.creds"_s});
    const EnvironmentVariable environment("NATS_CREDS", issued.file("user.creds"));
    compareOpening(server.address("x"), Error::NoError, {});
}

void TestClusterErrors::aFileOfCredentialsThatIsNotThere()
{
    compareOpening("nats://127.0.0.1:1/x?creds=/nosuch.creds", Error::PermissionDenied, {u"/nosuch.creds"_s});
}

void TestClusterErrors::secureConnections_data()
{
    m_certificates = std::make_unique<Certificates>();
    QVERIFY(m_certificates->isValid());
    QTest::addColumn<QByteArray>("tls"); // in the configuration
    QTest::addColumn<QByteArray>("scheme");
    QTest::addColumn<QByteArray>("options");
    QTest::addColumn<Error>("error");
    QTest::addColumn<QStringList>("named");
    const auto server = [this](const char *name, const QByteArray &more = {}) {
        return "tls { cert_file: \"" + m_certificates->certificate(name) + "\", key_file: \"" + m_certificates->key(name) + '"'
            + more + " }\n";
    };
    const QByteArray verify = ", ca_file: \"" + m_certificates->certificate("ca") + "\", verify: true";
    const QByteArray authority = "?ca=" + m_certificates->certificate("ca");
    const QByteArray client = "&cert=" + m_certificates->certificate("client") + "&key=" + m_certificates->key("client");
    QTest::newRow("trusted") << server("server") << QByteArray("tls://") << authority << Error::NoError << QStringList();
    QTest::newRow("trusted, nats://") << server("server") << QByteArray("nats://") << authority << Error::NoError
                                      << QStringList();
    QTest::newRow("not trusted") << server("server") << QByteArray("tls://") << QByteArray() << Error::Unreachable
                                 << QStringList{u"certificate"_s, u"ca="_s};
    QTest::newRow("another name") << server("other") << QByteArray("tls://") << authority << Error::Unreachable
                                  << QStringList{u"TLS"_s};
    QTest::newRow("no TLS there") << QByteArray() << QByteArray("tls://") << authority << Error::Unreachable
                                  << QStringList{u"no TLS"_s};
    QTest::newRow("client certificate") << server("server", verify) << QByteArray("tls://") << authority + client
                                        << Error::NoError << QStringList();
    QTest::newRow("no client certificate") << server("server", verify) << QByteArray("tls://") << authority << Error::Unreachable
                                           << QStringList{u"cert="_s, u"key="_s};
}

void TestClusterErrors::secureConnections()
{
    QFETCH(const QByteArray, tls);
    QFETCH(const QByteArray, scheme);
    QFETCH(const QByteArray, options);
    QFETCH(const Error, error);
    QFETCH(const QStringList, named);
    NatsServer server(jetStream + tls);
    QVERIFY2(server.start(), server.log().constData());
    compareOpening(scheme + server.host() + "/x" + options, error, named);
}

void TestClusterErrors::withoutJetStream_data()
{
    QTest::addColumn<QByteArray>("configuration");
    QTest::addColumn<QByteArray>("user");
    QTest::newRow("server") << QByteArray() << QByteArray();
    QTest::newRow("account") << jetStream
            + "accounts { A: { users: [ { user: a, password: x } ] }, B: { jetstream: enabled, users: [ { user: b, password: x } "
              "] } }\n" << QByteArray("a:x@");
}

void TestClusterErrors::withoutJetStream()
{
    QFETCH(const QByteArray, configuration);
    QFETCH(const QByteArray, user);
    NatsServer server(configuration);
    QVERIFY2(server.start(), server.log().constData());
    compareOpening(server.address("x", user), Error::Unreachable, {u"jetstream {}"_s, QString::fromLatin1(server.host())});
}

void TestClusterErrors::permissions_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QStringList>("named");
    QTest::newRow("stream info") << QByteArray("noinfo:x@")
                                 << QStringList{u"publish to \"$JS.API.STREAM.INFO.FB_x\""_s, u"\"noinfo\""_s};
    QTest::newRow("chunks") << QByteArray("nochunks:x@") << QStringList{u"publish to \"fb.x.in."_s};
    QTest::newRow("answers") << QByteArray("noinbox:x@") << QStringList{u"subscribe to \"_INBOX."_s};
}

void TestClusterErrors::permissions()
{
    QFETCH(const QByteArray, user);
    QFETCH(const QStringList, named);
    NatsServer server(listedUsers);
    QVERIFY2(server.start(), server.log().constData());
    Producer producer;
    producer.setNativeFileName(server.address("x", user));
    QVERIFY(!producer.open() || (producer.publish("hello") && !producer.close(20s)));
    QVERIFY2(producer.error() == Error::PermissionDenied, qPrintable(producer.errorString()));
    for (const QString &word : named)
        QVERIFY2(producer.errorString().contains(word), qPrintable(producer.errorString()));
    producer.abort();
}

void TestClusterErrors::somebodyElsesStream_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("subject");
    QTest::addColumn<QByteArray>("format");
    QTest::addColumn<Error>("error");
    QTest::newRow("the name") << QByteArray("FB_x") << QByteArray("other.*") << QByteArray() << Error::NotABus;
    QTest::newRow("the name and the subjects") << QByteArray("FB_x") << QByteArray("fb.x.in.*") << QByteArray() << Error::NotABus;
    QTest::newRow("the subjects") << QByteArray("OTHER") << QByteArray("fb.>") << QByteArray() << Error::NotABus;
    QTest::newRow("without an id") << QByteArray("FB_x") << QByteArray("fb.x.in.*") << QByteArray("1") << Error::NotABus;
    QTest::newRow("of a later version") << QByteArray("FB_x") << QByteArray("fb.x.in.*") << QByteArray("2")
                                        << Error::NotSupported;
}

void TestClusterErrors::somebodyElsesStream()
{
    QFETCH(const QByteArray, stream);
    QFETCH(const QByteArray, subject);
    QFETCH(const QByteArray, format);
    QFETCH(const Error, error);
    NatsServer server;
    QVERIFY2(server.start(), server.log().constData());
    QVERIFY(StoredChunks(server.host()).makeForeign(stream, subject, format));
    compareOpening(server.address("x"), error, {QString::fromLatin1(server.host()) + u"/x"_s});
}

void TestClusterErrors::replicasWithoutACluster()
{
    NatsServer server;
    QVERIFY2(server.start(), server.log().constData());
    compareOpening(server.address("x?replicas=3"), Error::NotSupported, {u"replicas=1"_s});
}

void TestClusterErrors::aChunkAboveTheLimitOfTheServer()
{
    NatsServer server(jetStream + "max_payload: 4096\n");
    QVERIFY2(server.start(), server.log().constData());
    Producer producer;
    producer.setNativeFileName(server.address("x"));
    QVERIFY2(producer.open(), qPrintable(producer.errorString()));
    QVERIFY(producer.publish(QByteArray(3000, 'x')));
    QVERIFY2(producer.waitForPublished(), qPrintable(producer.errorString()));
    QVERIFY(!producer.publish(QByteArray(4097, 'x')));
    QVERIFY2(producer.error() == Error::ChunkTooLarge, qPrintable(producer.errorString()));
    QVERIFY2(producer.errorString().contains(u"4096"), qPrintable(producer.errorString()));
    QCOMPARE(producer.pendingChunks(), 0);
    QVERIFY(producer.publish("goes on"));
    QVERIFY2(producer.close(), qPrintable(producer.errorString()));
}

// A server may accept such a chunk, and then lose the whole stream.
void TestClusterErrors::aChunkAboveEveryLimit()
{
    NatsServer server(jetStream + "max_payload: 64MB\nmax_pending: 128MB\n");
    QVERIFY2(server.start(), server.log().constData());
    Producer producer;
    producer.setNativeFileName(server.address("x"));
    producer.setHistory(4, 100 << 20);
    QVERIFY2(producer.open(), qPrintable(producer.errorString()));
    QVERIFY(!producer.publish(QByteArray((31 << 20) + 1, 'x')));
    QVERIFY2(producer.error() == Error::ChunkTooLarge, qPrintable(producer.errorString()));
    QVERIFY(producer.publish(QByteArray((31 << 20) - 1024, 'x')));
    QVERIFY2(producer.close(60s), qPrintable(producer.errorString()));
    QCOMPARE(StoredChunks(server.host()).of("x").size(), 1);
}

void TestClusterErrors::aFullStore()
{
    NatsServer server("jetstream { store_dir: STORE, max_file_store: 3MB, max_memory_store: 1MB }\n");
    QVERIFY2(server.start(), server.log().constData());
    Producer producer;
    producer.setNativeFileName(server.address("x"));
    producer.setHistory(1000, std::numeric_limits<qint64>::max());
    QVERIFY2(producer.open(), qPrintable(producer.errorString()));
    for (int i = 0; i < 10; ++i)
        QVERIFY(producer.publish(QByteArray(500'000, 'x')));
    QVERIFY(!producer.waitForPublished());
    QVERIFY2(producer.error() == Error::DiskFull, qPrintable(producer.errorString()));
    const qsizetype left = producer.pendingChunks();
    QVERIFY(left > 0);
    QVERIFY(StoredChunks(server.host()).purge("x"));
    producer.waitForPublished();
    QVERIFY(producer.pendingChunks() < left);
    producer.abort();
}

void TestClusterErrors::noRoomToReserve()
{
    NatsServer server("jetstream { store_dir: STORE, max_file_store: 3MB, max_memory_store: 1MB }\n");
    QVERIFY2(server.start(), server.log().constData());
    compareOpening(server.address("x"), Error::DiskFull, {u"history"_s});
}

void TestClusterErrors::whatIsNotSupported()
{
    Producer producer;
    producer.setNativeFileName("nats://127.0.0.1:1/x");
    producer.setFormat(FileBus::Format::Raw);
    QVERIFY(!producer.open());
    QCOMPARE(producer.error(), Error::NotSupported);
    QVERIFY(!producer.publish("x"));
    QCOMPARE(producer.error(), Error::NotSupported);
    producer.setFormat(FileBus::Format::Tar);
    producer.setLossless(true);
    QVERIFY(!producer.open());
    QCOMPARE(producer.error(), Error::NotSupported);
}

QTEST_GUILESS_MAIN(TestClusterErrors)
#include "tst_clustererrors.moc"
