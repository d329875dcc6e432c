// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "program.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;

/// What a program inherits from its parent: limits, ignored signals, the environment, the time zone.
class TestSurroundings : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fewDescriptors_data();
    void fewDescriptors();
    void anIgnoredSignalStaysIgnored_data();
    void anIgnoredSignalStaysIgnored();
    void aCommandGetsTheEnvironmentOfTheUser_data();
    void aCommandGetsTheEnvironmentOfTheUser();
    void timesHaveAZone();

private:
    static int firstThatLoads();
};

void TestSurroundings::fewDescriptors_data()
{
    QTest::addColumn<QStringList>("arguments");
    const QStringList onBus{u"--filename"_s, u"bus"_s};
    QTest::newRow("producer") << onBus + QStringList{u"producer"_s};
    QTest::newRow("consumer") << onBus + QStringList{u"consumer"_s, u"--timeout"_s, u"0.1"_s};
    QTest::newRow("lossless producer") << onBus + QStringList{u"--lossless"_s, u"producer"_s, u"--wait-consumers"_s, u"0"_s};
    QTest::newRow("lossless consumer") << onBus + QStringList{u"--lossless"_s, u"consumer"_s, u"--timeout"_s, u"0.1"_s};
    QTest::newRow("raw consumer") << onBus
            + QStringList{u"--format"_s, u"raw"_s, u"--lossless"_s, u"consumer"_s, u"--timeout"_s, u"0.1"_s};
    QTest::newRow("status") << QStringList{u"status"_s, u"bus"_s, u"a/bus"_s, u"b/bus"_s};
    QTest::newRow("unsubscribe") << onBus + QStringList{u"unsubscribe"_s, u"name"_s};
    QTest::newRow("stream") << onBus + QStringList{u"stream"_s};
}

// Of the user who runs the test.
const QString withoutInherited = u"for fd in /proc/$$/fd/*; do fd=${fd##*/}; [ $fd -lt 3 ] || eval \"exec $fd>&-\"; done; "_s;

int TestSurroundings::firstThatLoads()
{
    for (int limit = 0; limit < 100; ++limit) {
        Program program({u"--version"_s});
        program.setShell(withoutInherited + u"ulimit -n %1 && exec \"$@\""_s.arg(limit));
        if (program.begin() && program.status() == ExitStatus::success)
            return limit;
        if (program.exitCode() != 127 || !program.errors().contains("error while loading shared libraries"))
            break;
    }
    return 100;
}

// Below the first number that lets the program start at all, the dynamic loader prints the message; from there on, filebus does.
void TestSurroundings::fewDescriptors()
{
    QFETCH(QStringList, arguments);
    const int first = firstThatLoads();
    QVERIFY2(first <= 4, QByteArray::number(first).constData());
    for (int limit = first; limit <= 14; ++limit) {
        BusDirectory directory;
        Program program(arguments);
        program.setShell(withoutInherited
                         + u"cd '%1' && ulimit -n %2 && exec \"$@\""_s.arg(directory.path(), QString::number(limit)));
        QVERIFY(program.begin());
        program.closeWriteChannel();
        const bool lives = !program.waitForFinished(3000); // a stream that waits for its other side
        const QByteArray errors = program.errors();
        const QByteArray context = QByteArray::number(limit) + ": " + errors;
        QVERIFY2(lives || program.exitStatus() == QProcess::NormalExit, context.constData());
        QVERIFY2(errors.count('\n') <= 1, context.constData());
        if (limit < 9) {
            QVERIFY2(!lives && program.exitCode() == ExitStatus::inputOutput, context.constData());
            QVERIFY2(errors.startsWith("filebus: filebus cannot open as many files as it needs: "), context.constData());
        }
    }
}

void TestSurroundings::anIgnoredSignalStaysIgnored_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << u"INT"_s << SIGINT;
    QTest::newRow("SIGTERM") << u"TERM"_s << SIGTERM;
    QTest::newRow("SIGHUP") << u"HUP"_s << SIGHUP;
}

void TestSurroundings::anIgnoredSignalStaysIgnored()
{
    QFETCH(QString, name);
    QFETCH(int, number);
    BusDirectory directory;
    Program consumer(consumerOf(directory.bus(), {u"--count"_s, u"2"_s}));
    consumer.setShell(u"trap '' %1; exec \"$@\""_s.arg(name));
    QVERIFY(consumer.begin() && publish(directory.bus(), "one\n"));
    EVENTUALLY_EQUAL(consumer.output(), "one\n");
    consumer.send(number);
    QVERIFY(publish(directory.bus(), "two\n"));
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "one\ntwo\n");
}

void TestSurroundings::aCommandGetsTheEnvironmentOfTheUser_data()
{
    QTest::addColumn<QString>("setting");
    QTest::newRow("nothing") << u"unset LC_ALL LANG LC_CTYPE QT_NO_GLIB"_s;
    QTest::newRow("C") << u"unset QT_NO_GLIB; export LC_ALL=C LANG=C"_s;
    QTest::newRow("one that is not there") << u"export LC_ALL=xx_YY.ISO-8859-15 QT_NO_GLIB=0"_s;
    QTest::newRow("empty") << u"export LC_ALL= LANG=C QT_NO_GLIB="_s;
    QTest::newRow("UTF-8") << u"export LC_ALL=C.UTF-8"_s;
}

void TestSurroundings::aCommandGetsTheEnvironmentOfTheUser()
{
    QFETCH(QString, setting);
    BusDirectory directory;
    const QString script = setting + u"; env | grep -E '^(LC_|LANG|QT_)' | sort >before; exec \"$@\""_s;
    Program joined({u"--filename"_s, directory.bus(), u"stream"_s, u"--"_s, u"sh"_s, u"-c"_s,
                    u"env | grep -E '^(LC_|LANG|QT_)' | sort >after"_s});
    Program other({u"--filename"_s, directory.bus(), u"stream"_s});
    joined.setShell(u"cd '%1'; "_s.arg(directory.path()) + script);
    QVERIFY(joined.begin() && other.begin());
    other.closeWriteChannel();
    QCOMPARE(other.status(), ExitStatus::success);
    QCOMPARE(joined.status(), ExitStatus::success);
    QCOMPARE(contentOf(directory.file(u"after"_s)), contentOf(directory.file(u"before"_s)));
    QVERIFY2(!joined.errors().contains("filebus"), joined.errors().constData()); // bash itself may warn
}

void TestSurroundings::timesHaveAZone()
{
    BusDirectory directory;
    Program consumer(losslessConsumerOf(directory.bus()));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(inboxes(directory.bus()).size(), 1);
    Program json({u"status"_s, u"--json"_s, directory.bus()});
    Program text({u"status"_s, directory.bus()});
    for (Program *program : {&json, &text})
        program->setShell(u"export TZ=XYZ-5:30; exec \"$@\""_s); // east of Greenwich
    QVERIFY(json.begin() && text.begin());
    QVERIFY(json.status() >= 0 && text.status() >= 0);
    const QString since = QJsonDocument::fromJson(json.output())["subscribers"_L1][0]["since"_L1].toString();
    QVERIFY2(since.endsWith(u'Z'), qPrintable(since));
    const QDateTime time = QDateTime::fromString(since, Qt::ISODate);
    QVERIFY(std::abs(time.secsTo(QDateTime::currentDateTimeUtc())) < 300);
    const QByteArray local = time.toOffsetFromUtc(19'800).toString(Qt::ISODate).toLatin1();
    QVERIFY(local.endsWith("+05:30"));
    QVERIFY2(text.output().contains("since " + local), text.output().constData());
}

QTEST_GUILESS_MAIN(TestSurroundings)
#include "tst_surroundings.moc"
