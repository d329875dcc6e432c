// SPDX-License-Identifier: Apache-2.0
#include "exitstatus.h"

#include <QtCore/QMetaEnum>
#include <QtTest/QTest>

using FileBus::Error;

/// The numbers themselves, which scripts rely on and the manual page documents; all other tests use their names.
class TestExitStatus : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbers();
    void errors_data();
    void errors();
    void everyErrorHasARow();
};

void TestExitStatus::numbers()
{
    QCOMPARE(ExitStatus::success, 0);
    QCOMPARE(ExitStatus::usage, 2);
    QCOMPARE(ExitStatus::dataLost, 65);
    QCOMPARE(ExitStatus::notABus, 66);
    QCOMPARE(ExitStatus::unavailable, 69);
    QCOMPARE(ExitStatus::inputOutput, 74);
    QCOMPARE(ExitStatus::temporaryFailure, 75);
    QCOMPARE(ExitStatus::noPermission, 77);
    QCOMPARE(ExitStatus::signalled, 128);
}

void TestExitStatus::errors_data()
{
    QTest::addColumn<Error>("error");
    QTest::addColumn<int>("status");
    const auto row = [](Error error, int status) {
        QTest::newRow(QMetaEnum::fromType<Error>().valueToKey(static_cast<int>(error))) << error << status;
    };
    row(Error::NoError, 0);
    row(Error::InvalidName, 2);
    row(Error::NotSupported, 2);
    row(Error::NotARegularFile, 66);
    row(Error::DirectoryMissing, 66);
    row(Error::NoSubscription, 66);
    row(Error::SubscriptionGone, 66);
    row(Error::NotABus, 66);
    row(Error::PeerClosed, 69);
    row(Error::Unreachable, 69);
    row(Error::DiskFull, 74);
    row(Error::CorruptChunk, 74);
    row(Error::ChunkTooLarge, 74);
    row(Error::EmptyChunk, 74);
    row(Error::PutBack, 74);
    row(Error::NoLocks, 74);
    row(Error::BufferFull, 74);
    row(Error::SystemError, 74);
    row(Error::LockTimeout, 75);
    row(Error::ConsumerTimeout, 75);
    row(Error::NameInUse, 75);
    row(Error::PermissionDenied, 77);
}

void TestExitStatus::errors()
{
    QFETCH(const Error, error);
    QTEST(ExitStatus::of(error), "status");
}

void TestExitStatus::everyErrorHasARow()
{
    QCOMPARE(QMetaEnum::fromType<Error>().keyCount(), 22);
}

QTEST_GUILESS_MAIN(TestExitStatus)
#include "tst_exitstatus.moc"
