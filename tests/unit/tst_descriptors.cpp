// SPDX-License-Identifier: Apache-2.0
#include "descriptors.h"

#include "exitstatus.h"
#include "support/capturedstream.h"
#include "support/files.h"
#include "support/nodescriptors.h"

#include <QtTest/QTest>

#include <cerrno>
#include <sys/wait.h>
#include <unistd.h>

/// Whether a command can open the files that it needs.
class TestDescriptors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thoseThatCanBeOpenedAreCounted();
    void noneIsKept();
    void aCommandWithTooFewEnds();
};

void TestDescriptors::thoseThatCanBeOpenedAreCounted()
{
    QCOMPARE(Descriptors::available(0), 0);
    QCOMPARE(Descriptors::available(5), 5);
    const NoDescriptors none;
    QCOMPARE(Descriptors::available(5), 0);
    QCOMPARE(errno, EMFILE);
}

void TestDescriptors::noneIsKept()
{
    const QByteArrayList before = Files::names("/proc/self/fd");
    Descriptors::available(5);
    QCOMPARE(Files::names("/proc/self/fd"), before);
}

void TestDescriptors::aCommandWithTooFewEnds()
{
    Options options;
    options.command = "consumer";
    CapturedStream errors(STDERR_FILENO);
    const pid_t child = ::fork();
    if (child == 0) {
        const NoDescriptors none;
        Descriptors::requireFor(options);
        ::_exit(ExitStatus::success);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), ExitStatus::inputOutput);
    const QByteArray said = errors.take();
    QVERIFY2(said.startsWith("filebus: filebus cannot open as many files as it needs: ") && said.count('\n') == 1,
             said.constData());
    Descriptors::requireFor(options); // with enough, it returns
}

QTEST_GUILESS_MAIN(TestDescriptors)
#include "tst_descriptors.moc"
