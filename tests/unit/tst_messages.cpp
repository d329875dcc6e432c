// SPDX-License-Identifier: Apache-2.0
#include "messages.h"

#include "support/capturedstream.h"

#include <QtTest/QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;

/// What comes to standard error, and at which verbosity.
class TestMessages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMessageIsOneHarmlessLine();
    void verbosityDecides_data();
    void verbosityDecides();
};

void TestMessages::aMessageIsOneHarmlessLine()
{
    CapturedStream errors(STDERR_FILENO);
    Messages::print(u"one\ntwo \x1b[31m"_s);
    const QByteArray said = errors.take();
    QVERIFY2(said.startsWith("filebus: one") && said.indexOf('\n') == said.size() - 1, said.constData());
    QVERIFY(!said.contains('\x1b'));
    Messages::print(QString(100'000, u'x'));
    QVERIFY(errors.take().size() < 20'000);
}

void TestMessages::verbosityDecides_data()
{
    QTest::addColumn<int>("verbosity");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray critical("filebus: critical\n"), own("filebus: warning\nfilebus: info\n"), foreign("filebus: foreign\n");
    QTest::newRow("none") << 0 << critical;
    QTest::newRow("-v") << 1 << own + critical;
    QTest::newRow("-vv") << 2 << own + "filebus: debug\n" + critical + foreign;
}

void TestMessages::verbosityDecides()
{
    QFETCH(const int, verbosity);
    CapturedStream errors(STDERR_FILENO);
    const QtMessageHandler before = qInstallMessageHandler(nullptr);
    Messages::install(verbosity);
    qCWarning(logCli) << "warning";
    qCInfo(logCli) << "info";
    qCDebug(logCli) << "debug";
    qCCritical(logCli) << "critical";
    qWarning() << "foreign";
    qInstallMessageHandler(before);
    QTEST(errors.take(), "expected");
}

QTEST_GUILESS_MAIN(TestMessages)
#include "tst_messages.moc"
