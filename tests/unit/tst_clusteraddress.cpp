// SPDX-License-Identifier: Apache-2.0
#include "bus/clusteraddress.h"

#include <filebus/busaddress.h>
#include <filebus/error.h>

#include <QtTest/QTest>

using namespace FileBus;
using namespace Qt::StringLiterals;

/// Addresses of buses on a cluster: what they name, which are refused, and what people see of them.
class TestClusterAddress : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsOne_data();
    void whatIsOne();
    void servers_data();
    void servers();
    void user_data();
    void user();
    void options();
    void refused_data();
    void refused();
    void theLongestName();
    void shown_data();
    void shown();
};

void TestClusterAddress::whatIsOne_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("is");
    QTest::newRow("nats") << "nats://host/bus"_ba << true;
    QTest::newRow("tls") << "tls://host/bus"_ba << true;
    QTest::newRow("wrong") << "nats://"_ba << true;
    QTest::newRow("absolute path") << "/nats://host/bus"_ba << false;
    QTest::newRow("path of such a name") << "./nats://host/bus"_ba << false;
    QTest::newRow("other scheme") << "http://host/bus"_ba << false;
    QTest::newRow("one slash") << "nats:/host/bus"_ba << false;
    QTest::newRow("capitals") << "NATS://host/bus"_ba << false;
    QTest::newRow("empty") << QByteArray() << false;
}

void TestClusterAddress::whatIsOne()
{
    QFETCH(const QByteArray, address);
    QTEST(ClusterAddress::isOne(address), "is");
}

void TestClusterAddress::servers_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArrayList>("servers");
    QTest::newRow("usual port") << "nats://host/bus"_ba << QByteArrayList{"nats://host:4222"};
    QTest::newRow("port") << "nats://host:1/bus"_ba << QByteArrayList{"nats://host:1"};
    QTest::newRow("three") << "nats://a,b.example.org:65535,c/bus"_ba
                           << QByteArrayList{"nats://a:4222", "nats://b.example.org:65535", "nats://c:4222"};
    QTest::newRow("IPv4") << "tls://127.0.0.1:4222/bus"_ba << QByteArrayList{"tls://127.0.0.1:4222"};
    QTest::newRow("IPv6") << "tls://[::1]/bus"_ba << QByteArrayList{"tls://[::1]:4222"};
    QTest::newRow("IPv6 and port") << "tls://[fe80::1]:5/bus"_ba << QByteArrayList{"tls://[fe80::1]:5"};
}

void TestClusterAddress::servers()
{
    QFETCH(const QByteArray, address);
    const Result<ClusterAddress> parsed = ClusterAddress::parse(address);
    QVERIFY2(parsed, qPrintable(parsed ? QString() : parsed.failure().text));
    QTEST(parsed->servers(), "servers");
    QCOMPARE(parsed->name, "bus");
    QCOMPARE(parsed->isSecure, address.startsWith("tls"));
}

void TestClusterAddress::user_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("none") << "nats://h/b"_ba << ""_ba << ""_ba;
    QTest::newRow("both") << "nats://ann:secret@h/b"_ba << "ann"_ba << "secret"_ba;
    QTest::newRow("token") << "nats://t0ken@h/b"_ba << "t0ken"_ba << ""_ba;
    QTest::newRow("encoded") << "nats://a%3Ab:p%40%2F%25@h/b"_ba << "a:b"_ba << "p@/%"_ba;
    QTest::newRow("not encoded") << "nats://ann:p@ss/w:rd@h/b"_ba << "ann"_ba << "p@ss/w:rd"_ba;
    QTest::newRow("@ in an option") << "nats://h/b?creds=/a@b"_ba << ""_ba << ""_ba;
}

void TestClusterAddress::user()
{
    QFETCH(const QByteArray, address);
    const Result<ClusterAddress> parsed = ClusterAddress::parse(address);
    QVERIFY2(parsed, qPrintable(parsed ? QString() : parsed.failure().text));
    QTEST(parsed->user, "user");
    QTEST(parsed->password, "password");
    QCOMPARE(parsed->hosts, QByteArrayList{"h:4222"});
}

void TestClusterAddress::options()
{
    const auto parsed = ClusterAddress::parse("tls://h/b?replicas=5&creds=/etc/a%26b&ca=c a&cert=/x/c=d&key=k");
    QVERIFY2(parsed, qPrintable(parsed ? QString() : parsed.failure().text));
    QCOMPARE(parsed->replicas, 5);
    QCOMPARE(parsed->credentials, "/etc/a&b");
    QCOMPARE(parsed->authorities, "c a");
    QCOMPARE(parsed->clientCertificate, "/x/c=d");
    QCOMPARE(parsed->clientKey, "k");
    QCOMPARE(ClusterAddress::parse("nats://h/b")->replicas, std::nullopt);
}

void TestClusterAddress::refused_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no host") << "nats:///b"_ba << u"\"\" is not a host"_s;
    QTest::newRow("no second host") << "nats://a,/b"_ba << u"\"\" is not a host"_s;
    QTest::newRow("space in a host") << "nats://a b/b"_ba << u"\"a b\" is not a host"_s;
    QTest::newRow("escape in a host") << "nats://\x1B[2J/b"_ba << u"\"\\x1B[2J\" is not a host"_s;
    QTest::newRow("port 0") << "nats://h:0/b"_ba << u"\"0\" is not a port"_s;
    QTest::newRow("port 65536") << "nats://h:65536/b"_ba << u"\"65536\" is not a port"_s;
    QTest::newRow("port with a sign") << "nats://h:+1/b"_ba << u"\"+1\" is not a port"_s;
    QTest::newRow("empty port") << "nats://h:/b"_ba << u"\"\" is not a port"_s;
    QTest::newRow("no name") << "nats://h"_ba << u"name of the bus is missing"_s;
    QTest::newRow("empty name") << "nats://h/"_ba << u"name of the bus is missing"_s;
    QTest::newRow("name with a space") << "nats://h/a b"_ba << u"\"a b\" is not the name"_s;
    QTest::newRow("name with a dot") << "nats://h/a.b"_ba << u"\"a.b\" is not the name"_s;
    QTest::newRow("name with a wildcard") << "nats://h/>"_ba << u"\">\" is not the name"_s;
    QTest::newRow("name with a slash") << "nats://h/a/b"_ba << u"\"a/b\" is not the name"_s;
    QTest::newRow("name with a NUL") << "nats://h/a\0b"_ba << u"\"a\\x00b\" is not the name"_s;
    QTest::newRow("name of 201") << "nats://h/"_ba + QByteArray(201, 'x') << u"is not the name"_s;
    QTest::newRow("replicas") << "nats://h/b?replicas=2"_ba << u"replicas=2"_s;
    QTest::newRow("replicas, a word") << "nats://h/b?replicas=x"_ba << u"replicas=x"_s;
    QTest::newRow("empty file") << "nats://h/b?ca="_ba << u"option ca"_s;
    QTest::newRow("NUL in a file") << "nats://h/b?ca=a%00b"_ba << u"option ca"_s;
    QTest::newRow("unknown option") << "nats://h/b?colour=blue"_ba << u"\"colour\" is unknown"_s;
    QTest::newRow("empty option") << "nats://h/b?replicas=1&"_ba << u"\"\" is unknown"_s;
    QTest::newRow("too long") << "nats://h/b?ca="_ba + QByteArray(5000, 'x') << u"too long"_s;
}

void TestClusterAddress::refused()
{
    QFETCH(const QByteArray, address);
    QFETCH(const QString, reason);
    const Result<ClusterAddress> parsed = ClusterAddress::parse(address);
    QVERIFY(!parsed);
    QCOMPARE(parsed.failure().error, Error::InvalidName);
    QVERIFY2(parsed.failure().text.contains(reason), qPrintable(parsed.failure().text));
    QVERIFY(parsed.failure().text.size() < 10'000);
}

void TestClusterAddress::theLongestName()
{
    const QByteArray name(ClusterAddress::longestName, 'x');
    const Result<ClusterAddress> parsed = ClusterAddress::parse("nats://h/" + name);
    QVERIFY(parsed);
    QCOMPARE(parsed->name, name);
}

void TestClusterAddress::shown_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QString>("shown");
    QTest::newRow("without a user") << "nats://h:1,i/b?ca=/x"_ba << u"nats://h:1,i/b?ca=/x"_s;
    QTest::newRow("password") << "nats://ann:secret@h/b"_ba << u"nats://ann:***@h/b"_s;
    QTest::newRow("password with @ and /") << "tls://ann:s/e@cret@h/b"_ba << u"tls://ann:***@h/b"_s;
    QTest::newRow("token") << "nats://secret@h/b"_ba << u"nats://***@h/b"_s;
    QTest::newRow("empty user") << "nats://:secret@h/b"_ba << u"nats://:***@h/b"_s;
    QTest::newRow("wrong, with a password") << "nats://ann:secret@h:x"_ba << u"nats://ann:***@h:x"_s;
    QTest::newRow("password with / and ?") << "nats://ann:s/e?cret@h/b"_ba << u"nats://ann:***@h/b"_s;
    QTest::newRow("password with @, / and ?") << "nats://ann:s@e:c/r?et@h/b"_ba << u"nats://ann:***@h/b"_s;
    QTest::newRow("@ in an option") << "nats://h/b?ca=/a@b"_ba << u"nats://h/b?ca=/a@b"_s;
    QTest::newRow("control character") << "nats://h/\x1B]0;x"_ba << u"nats://h/\\x1B]0;x"_s;
    QTest::newRow("path") << "/tmp/ann:secret@h"_ba << u"/tmp/ann:secret@h"_s;
}

void TestClusterAddress::shown()
{
    QFETCH(const QByteArray, address);
    QTEST(displayAddress(address), "shown");
}

QTEST_GUILESS_MAIN(TestClusterAddress)
#include "tst_clusteraddress.moc"
