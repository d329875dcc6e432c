// SPDX-License-Identifier: Apache-2.0
#include "faulttest.h"

#include "callsthatmustfail.h"
#include "exitstatus.h"
#include "onbus.h"
#include "preload.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <cerrno>
#include <cstring>

namespace
{

constexpr int mostCalls = 200; // of one kind in one run; far more than there are

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool errorsTakeTurns = true;
#else
constexpr bool errorsTakeTurns = false;
#endif

bool everyCall()
{
    return qEnvironmentVariable("FILEBUS_TEST_SECONDS", u"10"_s).toInt() >= 100;
}

} // namespace

bool isInOrder(QByteArray text, const QByteArrayList &chunks)
{
    for (const QByteArray &chunk : chunks) {
        if (text.startsWith(chunk))
            text.remove(0, chunk.size());
    }
    return text.isEmpty();
}

QString inboxOfLog(const BusDirectory &directory)
{
    return directory.bus() + u".d/inbox/log/"_s;
}

QByteArray waitingFor(const BusDirectory &directory)
{
    QByteArray waiting;
    for (const QString &name : namesIn(inboxOfLog(directory))) {
        if (const auto chunk = OnBus::chunkAt(inboxOfLog(directory) + name))
            waiting += chunk->payload();
    }
    return waiting;
}

void FaultTest::addFaults()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<int>("error");
    QTest::addColumn<int>("first"); // the first call of this kind to fail, and the step to the next
    QTest::addColumn<int>("step");
    const QList<std::pair<QByteArray, QList<int>>> faults{
        {"open", {EACCES, EMFILE, ENOSPC, EDQUOT, EIO, ENOENT, EINTR}},
        {"mkdir", {ENOSPC, EACCES, EIO}},
        {"link", {ENOSPC, EDQUOT, EIO, EPERM, ENOENT}},
        {"unlink", {EIO, EPERM, ENOENT}},
        {"rmdir", {EIO}},
        {"rename", {ENOSPC, EIO, EPERM}},
        {"renameat2", {EINVAL, ENOSPC, EIO, EPERM, ENOENT}},
        {"flistxattr", {EIO, ENOMEM, EOPNOTSUPP}},
        {"access", {EIO, EACCES, ENOENT}},
        {"flock", {EINTR, EIO, EWOULDBLOCK}},
        {"fchmod", {EPERM, EIO}},
        {"fstat", {EIO}},
        {"lstat", {EIO, EACCES, ENOENT}},
        {"pwrite", {ENOSPC, EDQUOT, EIO, EINTR}},
        {"pwritev", {ENOSPC, EDQUOT, EIO, EINTR}},
        {"pread", {EIO, EINTR}},
        {"opendir", {EMFILE, EIO}},
        {"readdir", {EIO}},
        {"poll", {EINTR, ENOMEM}},
        {"inotify_init1", {EMFILE}},
        {"inotify_add_watch", {ENOSPC, EACCES}},
    };
    for (const auto &[call, errors] : faults) {
        const int count = errorsTakeTurns ? static_cast<int>(errors.size()) : 1;
        int turn = 0;
        for (const int error : errors)
            QTest::addRow("%s: %s", call.constData(), ::strerrorname_np(error)) << call << error << 1 + turn++ % count << count;
    }
}

int FaultTest::firstCall()
{
    QFETCH(int, first);
    return first;
}

int FaultTest::callStep()
{
    QFETCH(int, step);
    return step;
}

// The number of calls does not depend on the error.
bool FaultTest::mayBeMade(int number) const
{
    QFETCH(QByteArray, call);
    return number <= m_calls.value(QTest::currentTestFunction() + call, mostCalls);
}

QProcessEnvironment FaultTest::faultyEnvironment(const BusDirectory &directory, int number)
{
    QFETCH(QByteArray, call);
    QFETCH(int, error);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, preloadable(QStringLiteral(FAULT_SHIM)));
    environment.insert(u"ASAN_OPTIONS"_s, u"verify_asan_link_order=0"_s);
    environment.insert(u"FILEBUS_FAULT"_s,
                       u"%1:%2:%3"_s.arg(QString::fromLatin1(call), QString::number(number), QString::number(error)));
    environment.insert(u"FILEBUS_FAULT_PATH"_s, directory.bus());
    environment.insert(u"FILEBUS_FAULT_REPORT"_s, directory.file(u"report"_s));
    if (!everyCall())
        environment.insert(u"FILEBUS_FAULT_PLACES"_s, u"1"_s);
    return environment;
}

// Whether a reader that simply retries receives everything.
bool FaultTest::passesForAReader()
{
    QFETCH(QByteArray, call);
    QFETCH(int, error);
    const bool reads = call == "open" || call == "fstat" || call == "lstat" || call == "pread";
    return reads && (error == EMFILE || error == EIO || error == EINTR);
}

// False if there were not that many calls.
bool FaultTest::runFaulty(Program &program, const BusDirectory &directory, int number)
{
    QFETCH(QByteArray, call);
    const QString report = directory.file(u"report"_s);
    QFile::remove(report);
    program.setProcessEnvironment(faultyEnvironment(directory, number));
    if (!program.begin() || program.status() < 0)
        qWarning("call %d: the program did not end", number);
    const bool failed = QFile::exists(report);
    if (number == 1 && !failed && mustFail(QTest::currentTestFunction(), call))
        QTest::qFail("the call was not made to fail", __FILE__, __LINE__);
    if (failed)
        ++m_faults;
    else
        m_calls.insert(QTest::currentTestFunction() + call, number - 1);
    return failed;
}

bool FaultTest::endedAsDocumented(Program &program, const QByteArray &errors)
{
    using namespace ExitStatus;
    const int status = program.status();
    if (status == success)
        return true;
    const bool documented = status == notABus || status == inputOutput || status == temporaryFailure || status == noPermission;
    return documented && errors.startsWith("filebus: ") && errors.endsWith('\n');
}
