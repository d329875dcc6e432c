// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "entries.h"
#include "exportjob.h"
#include "mountnamespace.h"
#include "program.h"

#include <QtCore/QBuffer>
#include <QtTest/QSignalSpy>

#include <unistd.h>

using namespace Qt::StringLiterals;

/// Exports to real files in each format, including a full disk and a cancelled export.
class TestExportJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data();
    void initTestCase();
    void init();

    void writesWhatTheFormatSays();
    void replacesAFormerFile();
    void cancelledItLeavesTheFormerFile();
    void onAFullDiskItLeavesTheFormerFile();
    void inADirectoryThatMayNotBeWrittenTo();
    void neverReplacesWhatIsNoFile();
    void destroyedItIsCancelled();

private:
    /// What the job reports at its end.
    static QString result(ExportJob &job);
    QString path() const { return m_directory->file(u"export"_s); }
    ExportJob *jobOf(const QList<ChunkEntry> &entries) const;

    std::unique_ptr<BusDirectory> m_directory;
    bool m_canMount = false;
};

void TestExportJob::initTestCase_data()
{
    QTest::addColumn<ChunkWriter::Format>("format");
    QTest::newRow("JSON Lines") << ChunkWriter::JsonLines;
    QTest::newRow("CSV") << ChunkWriter::Csv;
    QTest::newRow("verbatim CSV") << ChunkWriter::VerbatimCsv;
    QTest::newRow("tar") << ChunkWriter::Tar;
    QTest::newRow("payload") << ChunkWriter::Payload;
}

void TestExportJob::initTestCase()
{
    m_canMount = enterMountNamespace();
}

void TestExportJob::init()
{
    m_directory = std::make_unique<BusDirectory>();
}

QString TestExportJob::result(ExportJob &job)
{
    QSignalSpy finished(&job, &ExportJob::finished);
    job.start();
    const bool came = QTest::qWaitFor([&] { return !finished.isEmpty(); }, patience);
    return came ? finished.first().first().toString() : u"the export does not end"_s;
}

ExportJob *TestExportJob::jobOf(const QList<ChunkEntry> &entries) const
{
    QFETCH_GLOBAL(const ChunkWriter::Format, format);
    return new ExportJob(entries, format, path());
}

void TestExportJob::writesWhatTheFormatSays()
{
    QFETCH_GLOBAL(const ChunkWriter::Format, format);
    const QList<ChunkEntry> entries{Entries::chunk(7, "seven"), Entries::loss(8, 3),
                                    Entries::chunk(11, QByteArray(70'000, '\xff'))};
    QBuffer expected;
    expected.open(QIODevice::WriteOnly);
    const std::unique_ptr<ChunkWriter> writer = ChunkWriter::create(format, &expected);
    bool good = writer->begin();
    for (const ChunkEntry &entry : entries)
        good = good && writer->write(entry);
    QVERIFY(good && writer->end());
    const std::unique_ptr<ExportJob> job(jobOf(entries));
    QCOMPARE(result(*job), QString());
    QCOMPARE(contentOf(path()), expected.data());
    QCOMPARE(namesIn(m_directory->path()), QStringList{u"export"_s});
}

void TestExportJob::replacesAFormerFile()
{
    writeFile(path(), QByteArray(100'000, 'f'));
    const std::unique_ptr<ExportJob> job(jobOf({Entries::chunk(1, "new")}));
    QCOMPARE(result(*job), QString());
    const QByteArray content = contentOf(path());
    QVERIFY(content.contains("new") && !content.contains(QByteArray(100, 'f')));
}

void TestExportJob::cancelledItLeavesTheFormerFile()
{
    writeFile(path(), "former");
    const std::unique_ptr<ExportJob> job(jobOf(QList<ChunkEntry>(200'000, Entries::chunk(1, QByteArray(2000, 'x')))));
    connect(job.get(), &ExportJob::progressed, job.get(), &ExportJob::cancel);
    QCOMPARE(result(*job), u"The export was cancelled. Nothing was written."_s);
    QCOMPARE(contentOf(path()), "former");
    QCOMPARE(namesIn(m_directory->path()), QStringList{u"export"_s});
}

// The disk becomes full in the middle of a row, and with the last byte that is flushed.
void TestExportJob::onAFullDiskItLeavesTheFormerFile()
{
    if (!m_canMount)
        QSKIP("only root can mount a small file system");
    for (const int payload : {100'000, 14'000}) {
        QVERIFY(m_directory->shell(u"mkdir -p small && mount -t tmpfs -o size=16k none small"_s));
        const QString small = m_directory->file(u"small/export"_s);
        writeFile(small, "former");
        QFETCH_GLOBAL(const ChunkWriter::Format, format);
        ExportJob job({Entries::chunk(1, QByteArray(payload, 'x'))}, format, small);
        const QString said = result(job);
        const QByteArray left = contentOf(small);
        const QStringList names = namesIn(m_directory->file(u"small"_s));
        QVERIFY(m_directory->shell(u"umount small"_s));
        QVERIFY2(said.startsWith(u"Cannot write "_s) && said.contains(u"export: "_s) && said.contains(u"o space"),
                 qPrintable(u"%1 with %2"_s.arg(said, QString::number(payload))));
        QCOMPARE(left, "former");
        QCOMPARE(names, QStringList{u"export"_s});
    }
}

void TestExportJob::inADirectoryThatMayNotBeWrittenTo()
{
    writeFile(path(), "former");
    m_directory->setMode(0555);
    const uid_t user = ::geteuid();
    QVERIFY(user != 0 || ::seteuid(65534) == 0);
    const auto restore = qScopeGuard([&] {
        [[maybe_unused]] const int back = ::seteuid(user);
        m_directory->setMode(0755);
    });
    const std::unique_ptr<ExportJob> job(jobOf({Entries::chunk(1)}));
    const QString said = result(*job);
    QVERIFY2(said.startsWith(u"Cannot write "_s + path() + u": "_s), qPrintable(said));
    QCOMPARE(contentOf(path()), "former");
}

void TestExportJob::neverReplacesWhatIsNoFile()
{
    QVERIFY(m_directory->shell(u"mkfifo export"_s));
    const std::unique_ptr<ExportJob> job(jobOf({Entries::chunk(1)}));
    QVERIFY(result(*job).contains(u"is not a regular file"));
    QVERIFY(m_directory->shell(u"test -p export"_s));
}

void TestExportJob::destroyedItIsCancelled()
{
    std::unique_ptr<ExportJob> job(jobOf(QList<ChunkEntry>(200'000, Entries::chunk(1, QByteArray(2000, 'x')))));
    QSignalSpy progressed(job.get(), &ExportJob::progressed);
    job->start();
    EVENTUALLY(!progressed.isEmpty());
    job.reset();
    EVENTUALLY(namesIn(m_directory->path()).isEmpty());
}

QTEST_GUILESS_MAIN(TestExportJob)
#include "tst_exportjob.moc"
