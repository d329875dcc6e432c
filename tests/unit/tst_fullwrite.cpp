// SPDX-License-Identifier: Apache-2.0
#include "base/fullwrite.h"

#include "support/files.h"

#include <QtCore/QTemporaryFile>
#include <QtTest/QTest>

#include <cerrno>
#include <csignal>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using FileBus::writeAt;

static int interruptions = 0; // calls that fail first

// Stands before that of the C library.
extern "C" ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
    if (interruptions == 0)
        return ::syscall(SYS_pwrite64, fd, bytes, count, offset);
    --interruptions;
    errno = EINTR;
    return -1;
}

class TestFullWrite : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bytesStandWhereTheyBelong();
    void anInterruptedOneIsContinued();
    void whatIsCutShortHasFailed();
};

void TestFullWrite::bytesStandWhereTheyBelong()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    QVERIFY(writeAt(file.handle(), "0123456789", 0));
    QVERIFY(writeAt(file.handle(), "abc", 4));
    QVERIFY(writeAt(file.handle(), {}, 100));
    QCOMPARE(Files::read(QFile::encodeName(file.fileName())), "0123abc789");
}

void TestFullWrite::anInterruptedOneIsContinued()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    interruptions = 3;
    QVERIFY(writeAt(file.handle(), "0123456789", 0));
    QCOMPARE(interruptions, 0);
    QCOMPARE(Files::read(QFile::encodeName(file.fileName())), "0123456789");
}

// The kernel writes up to the limit and reports that; only the next call fails. A full disk behaves like that, too.
void TestFullWrite::whatIsCutShortHasFailed()
{
    constexpr rlim_t most = 4096;
    rlimit before;
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{most, before.rlim_max};
    QTemporaryFile file;
    QVERIFY(file.open());
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const bool written = writeAt(file.handle(), QByteArray(2 * most, 'x'), 0);
    const int number = errno;
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    QVERIFY(!written);
    QCOMPARE(number, EFBIG);
    QCOMPARE(file.size(), qint64(most));
}

QTEST_GUILESS_MAIN(TestFullWrite)
#include "tst_fullwrite.moc"
