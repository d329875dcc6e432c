// SPDX-License-Identifier: Apache-2.0
#include "unsubscribecommand.h"

#include "exitstatus.h"
#include "support/capturedstream.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtTest/QSignalSpy>

#include <memory>
#include <unistd.h>

using namespace Qt::StringLiterals;
using FileBus::Consumer;

/// The command in this process, with consumers that hold subscriptions or have left them.
class TestUnsubscribeCommand : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void itsStatusTellsWhatBecameOfTheSubscription_data();
    void itsStatusTellsWhatBecameOfTheSubscription();

private:
    std::unique_ptr<Consumer> subscribe(const QString &name) const;

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
};

void TestUnsubscribeCommand::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus");
}

std::unique_ptr<Consumer> TestUnsubscribeCommand::subscribe(const QString &name) const
{
    auto consumer = std::make_unique<Consumer>();
    consumer->setNativeFileName(m_path);
    consumer->setLossless(true);
    consumer->setSubscription(name);
    consumer->start();
    return consumer;
}

void TestUnsubscribeCommand::itsStatusTellsWhatBecameOfTheSubscription_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("status");
    QTest::newRow("of a consumer that left") << QByteArray("left") << ExitStatus::success;
    QTest::newRow("of one that runs") << QByteArray("running") << ExitStatus::temporaryFailure;
    QTest::newRow("of nobody") << QByteArray("unknown") << ExitStatus::notABus;
    QTest::newRow("with a name that nobody can have") << QByteArray("a/b") << ExitStatus::usage;
}

void TestUnsubscribeCommand::itsStatusTellsWhatBecameOfTheSubscription()
{
    QFETCH(const QByteArray, name);
    QFETCH(const int, status);
    const std::unique_ptr<Consumer> running = subscribe(u"running"_s);
    subscribe(u"left"_s).reset();
    Options options;
    options.command = "unsubscribe";
    options.fileName = m_path;
    options.name = name;
    const std::unique_ptr<Command> command = Command::create(options);
    QSignalSpy finished(command.get(), &Command::finished);
    CapturedStream errors(STDERR_FILENO);
    command->start();
    QCOMPARE(finished.size(), 1);
    QCOMPARE(finished.first().first().toInt(), status);
    const QByteArray said = errors.take();
    QCOMPARE(said.count('\n'), status == ExitStatus::success ? 0 : 1);
    QVERIFY2(said.contains(name) || status == ExitStatus::success, said.constData());
    const QByteArrayList inboxes = Files::names(m_path + ".d/inbox");
    QCOMPARE(inboxes.contains("left"), status != ExitStatus::success);
    QVERIFY(inboxes.contains("running"));
}

QTEST_GUILESS_MAIN(TestUnsubscribeCommand)
#include "tst_unsubscribecommand.moc"
