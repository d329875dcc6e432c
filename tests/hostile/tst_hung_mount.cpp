// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "mountnamespace.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;

/// The daemon of a FUSE mount has stopped, as the server of a network file system may: every access to the mount hangs.
class TestHungMount : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void statusOfTheOthers_data();
    void statusOfTheOthers();
    void whatAnswersAgainIsShownAgain();
    void interrupted();

private:
    void send(int signalNumber) const { ::kill(static_cast<pid_t>(m_daemon->processId()), signalNumber); }
    QString hung() const { return m_directory->file(u"merged/bus"_s); }

    std::unique_ptr<BusDirectory> m_directory;
    std::unique_ptr<QProcess> m_daemon;
};

namespace
{

// The last line about each bus, by the end of its path.
QJsonObject lastOf(Program &status, const QString &file)
{
    QJsonObject last;
    for (const QByteArray &line : status.output().trimmed().split('\n')) {
        const QJsonObject bus = QJsonDocument::fromJson(line).object();
        if (bus["file"_L1].toString() == file)
            last = bus;
    }
    return last;
}

} // namespace

void TestHungMount::initTestCase()
{
    if (!enterMountNamespace())
        QSKIP("only root can mount something here");
}

void TestHungMount::init()
{
    m_directory = std::make_unique<BusDirectory>();
    QVERIFY(m_directory->shell(u"mkdir lower merged other"_s));
    QVERIFY(publish(m_directory->file(u"lower/bus"_s), "hung\n"));
    QVERIFY(publish(m_directory->file(u"other/bus"_s), "other\n"));
    m_daemon = std::make_unique<QProcess>();
    m_daemon->start(u"bindfs"_s, {u"-f"_s, m_directory->file(u"lower"_s), m_directory->file(u"merged"_s)});
    EVENTUALLY(QFile::exists(hung()));
}

void TestHungMount::cleanup()
{
    send(SIGCONT);
    m_directory->shell(u"umount -l merged 2>/dev/null || true"_s);
    m_daemon->kill();
    m_daemon->waitForFinished();
    m_directory.reset();
}

void TestHungMount::statusOfTheOthers_data()
{
    QTest::addColumn<bool>("hungFirst");
    QTest::newRow("the hung one first") << true;
    QTest::newRow("the hung one last") << false;
}

void TestHungMount::statusOfTheOthers()
{
    QFETCH(bool, hungFirst);
    send(SIGSTOP);
    const QString other = m_directory->file(u"other/bus"_s);
    const QStringList files = hungFirst ? QStringList{hung(), other} : QStringList{other, hung()};
    Program json(QStringList{u"status"_s, u"--json"_s} + files);
    Program text(QStringList{u"status"_s} + files);
    QVERIFY(json.begin() && text.begin());
    QCOMPARE(json.status(), ExitStatus::temporaryFailure);
    QCOMPARE(text.status(), ExitStatus::temporaryFailure);
    QVERIFY(lastOf(json, hung())["error"_L1].toString().startsWith(u"no answer for "));
    QVERIFY(lastOf(json, hung())["silentSeconds"_L1].toInteger() >= 2);
    QCOMPARE(lastOf(json, other)["sequence"_L1].toInteger(), 1);
    QVERIFY(lastOf(json, other)["silentSeconds"_L1].isNull());
    QVERIFY2(text.output().contains("no answer for "), text.output().constData());
    QVERIFY2(text.output().contains("chunk 1, "), text.output().constData());
    QCOMPARE(json.errors() + text.errors(), QByteArray());
}

void TestHungMount::whatAnswersAgainIsShownAgain()
{
    const QString other = m_directory->file(u"other/bus"_s);
    Program status({u"status"_s, u"--json"_s, u"--watch"_s, other, hung()});
    QVERIFY(status.begin());
    EVENTUALLY_EQUAL(lastOf(status, hung())["sequence"_L1].toInteger(), 1);
    send(SIGSTOP);
    EVENTUALLY(lastOf(status, hung())["silentSeconds"_L1].toInteger() >= 4);
    const qsizetype lines = status.output().count('\n');
    QVERIFY(publish(other, "more\n"));
    EVENTUALLY_EQUAL(lastOf(status, other)["sequence"_L1].toInteger(), 2);
    EVENTUALLY(status.output().count('\n') > lines + 4);
    send(SIGCONT);
    EVENTUALLY_EQUAL(lastOf(status, hung())["sequence"_L1].toInteger(), 1);
    status.send(SIGINT);
    QCOMPARE(status.status(), 128 + SIGINT);
}

void TestHungMount::interrupted()
{
    Program status({u"status"_s, u"--json"_s, u"--watch"_s, hung()});
    QVERIFY(status.begin());
    EVENTUALLY_EQUAL(lastOf(status, hung())["sequence"_L1].toInteger(), 1);
    send(SIGSTOP);
    EVENTUALLY(lastOf(status, hung())["silentSeconds"_L1].toInteger() >= 2);
    status.send(SIGINT);
    QCOMPARE(status.status(), 128 + SIGINT);
}

QTEST_GUILESS_MAIN(TestHungMount)
#include "tst_hung_mount.moc"
