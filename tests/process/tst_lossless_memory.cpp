// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "processfigures.h"
#include "program.h"

#include <QtCore/QSet>

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

/// Neither memory nor the directory grows with the amount of data, however slow the reader is.
class TestLosslessMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aStreamWithASlowReader();
};

namespace
{

constexpr qint64 mebibyte = 1 << 20;
#ifdef __SANITIZE_ADDRESS__
constexpr qint64 mostKibibytes = 524'288; // freed memory is kept for a while, to detect its use
#else
constexpr qint64 mostKibibytes = 65'536;
#endif

/// Counts each file once, however many names it has.
qint64 bytesIn(const QString &directory)
{
    QSet<ino_t> seen;
    qint64 bytes = 0;
    std::error_code error;
    using Iterator = std::filesystem::recursive_directory_iterator;
    for (auto entry = Iterator(directory.toStdString(), error); !error && entry != Iterator(); entry.increment(error)) {
        struct stat status = {};
        if (::lstat(entry->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode) || seen.contains(status.st_ino))
            continue;
        seen.insert(status.st_ino);
        bytes += status.st_size;
    }
    return bytes;
}

} // namespace

// FILEBUS_TEST_MEBIBYTES sends more than the default.
void TestLosslessMemory::aStreamWithASlowReader()
{
    const qint64 mebibytes = qEnvironmentVariable("FILEBUS_TEST_MEBIBYTES", u"200"_s).toLongLong();
    BusDirectory directory;
    const QStringList stream{u"--filename"_s, directory.bus(), u"stream"_s};
    QProcess source, sink;
    Program writer(stream), reader(stream);
    source.setStandardOutputProcess(&writer);
    reader.setStandardOutputProcess(&sink);
    source.start(u"head"_s, {u"-c"_s, QString::number(mebibytes * mebibyte), u"/dev/zero"_s});
    sink.start(u"bash"_s,
               {u"-c"_s,
                u"total=0; while n=$(head -c 1048576 | wc -c); [ $n -gt 0 ]; do total=$((total + n)); "
                "sleep 0.01; done; echo $total"_s});
    QVERIFY(writer.begin() && reader.begin());
    reader.closeWriteChannel();
    qint64 writerPeak = 0, readerPeak = 0, directoryPeak = 0;
    while (writer.state() == QProcess::Running && reader.state() == QProcess::Running) {
        writerPeak = std::max(writerPeak, ProcessFigures::peakMemory(writer.processId()));
        readerPeak = std::max(readerPeak, ProcessFigures::peakMemory(reader.processId()));
        directoryPeak = std::max(directoryPeak, bytesIn(directory.path()));
        QTest::qWait(20);
    }
    QCOMPARE(writer.status(), ExitStatus::success);
    QCOMPARE(reader.status(), ExitStatus::success);
    EVENTUALLY(sink.state() == QProcess::NotRunning && source.state() == QProcess::NotRunning);
    QCOMPARE(sink.readAll().trimmed().toLongLong(), mebibytes * mebibyte);
    qInfo("%lld MiB sent: writer %lld KiB, reader %lld KiB, directory %lld KiB at most", mebibytes, writerPeak, readerPeak,
          directoryPeak / 1024);
    QVERIFY(writerPeak > 0 && writerPeak < mostKibibytes);
    QVERIFY(readerPeak > 0 && readerPeak < mostKibibytes);
    constexpr qint64 chunk = 65536 + 4096;
    QVERIFY(directoryPeak > 0 && directoryPeak < (64 + 8) * chunk);
}

QTEST_GUILESS_MAIN(TestLosslessMemory)
#include "tst_lossless_memory.moc"
