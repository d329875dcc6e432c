// SPDX-License-Identifier: Apache-2.0
#include "entries.h"
#include "exportjob.h"
#include "program.h"

#include <QtCore/QBuffer>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>

#include <KTar>

using namespace Qt::StringLiterals;

/// Chunks as files of other programs.
class TestChunkWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void jsonLinesHoldAllThatIsKnown();
    void csvHasAChunkARow();
    void tarHasAFileAPayload();
    void anExportThatFailsLeavesWhatWasThere();
    void aCancelledExportWritesNothing();

private:
    static QByteArray written(ChunkWriter::Format format, const QList<ChunkEntry> &entries);
};

QByteArray TestChunkWriter::written(ChunkWriter::Format format, const QList<ChunkEntry> &entries)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    const std::unique_ptr<ChunkWriter> writer = ChunkWriter::create(format, &buffer);
    bool good = writer->begin();
    for (const ChunkEntry &entry : entries)
        good = good && writer->write(entry);
    return good && writer->end() ? buffer.data() : QByteArray();
}

void TestChunkWriter::jsonLinesHoldAllThatIsKnown()
{
    const QByteArrayList lines =
        written(ChunkWriter::JsonLines, {Entries::chunk(7, "21.5 °C"), Entries::loss(8, 3), Entries::chunk(11, "\xff")})
            .split('\n');
    QCOMPARE(lines.size(), 4);
    const QJsonObject chunk = QJsonDocument::fromJson(lines[0]).object();
    QCOMPARE(chunk["sequence"_L1].toInteger(), 7);
    QCOMPARE(chunk["time"_L1].toInteger(), 7'000'000'000);
    QCOMPARE(chunk["text"_L1].toString(), u"21.5 °C"_s);
    QCOMPARE(chunk["producer"_L1]["program"_L1].toString(), u"sensor"_s);
    const QJsonObject loss = QJsonDocument::fromJson(lines[1]).object();
    QCOMPARE(loss["lost"_L1].toInteger(), 3);
    QCOMPARE(loss["firstSequence"_L1].toInteger(), 8);
    QCOMPARE(QJsonDocument::fromJson(lines[2]).object()["base64"_L1].toString(), u"/w=="_s);
}

void TestChunkWriter::csvHasAChunkARow()
{
    const QByteArrayList rows =
        written(ChunkWriter::Csv,
                {Entries::chunk(7, "a \"quote\", and a comma"), Entries::loss(8, 3), Entries::chunk(11, "\xff")})
            .split('\n');
    QCOMPARE(rows.size(), 4); // the heads, two chunks, and what follows the last line
    QVERIFY(rows[0].startsWith("time,stream,sequence,"));
    QVERIFY(rows[1].endsWith(",utf-8,\"a \"\"quote\"\", and a comma\"\r"));
    QVERIFY(rows[2].endsWith(",base64,\"/w==\"\r"));
}

void TestChunkWriter::tarHasAFileAPayload()
{
    ChunkEntry unnumbered;
    unnumbered.chunk = FileBus::Chunk("of the original");
    QByteArray archive = written(ChunkWriter::Tar, {Entries::chunk(7, "seven"), Entries::loss(8, 3), unnumbered});
    QBuffer buffer(&archive);
    KTar tar(&buffer);
    QVERIFY(tar.open(QIODevice::ReadOnly));
    const QString stream = Entries::chunk(7).chunk.streamId().toString(QUuid::WithoutBraces);
    const KArchiveFile *seven = tar.directory()->file(stream + u"/00000000000000000007"_s);
    QVERIFY(seven);
    QCOMPARE(seven->data(), "seven");
    const KArchiveFile *other = tar.directory()->file(u"unnumbered/00000000000000000001"_s);
    QVERIFY(other);
    QCOMPARE(other->data(), "of the original");
}

void TestChunkWriter::anExportThatFailsLeavesWhatWasThere()
{
    ExportJob job({Entries::chunk(1)}, ChunkWriter::Csv, u"/nowhere/at/all.csv"_s);
    QSignalSpy finished(&job, &ExportJob::finished);
    job.start();
    EVENTUALLY_EQUAL(finished.size(), 1);
    QVERIFY(finished.first().first().toString().startsWith(u"/nowhere/at/all.csv cannot be written: "));
}

void TestChunkWriter::aCancelledExportWritesNothing()
{
    const QTemporaryDir directory;
    const QString path = directory.filePath(u"export.jsonl"_s);
    ExportJob job(QList<ChunkEntry>(200'000, Entries::chunk(1, QByteArray(1000, 'x'))), ChunkWriter::JsonLines, path);
    QSignalSpy finished(&job, &ExportJob::finished);
    QSignalSpy progressed(&job, &ExportJob::progressed);
    job.start();
    EVENTUALLY(progressed.size() > 0);
    job.cancel();
    EVENTUALLY_EQUAL(finished.size(), 1);
    QVERIFY(finished.first().first().toString().contains(u"cancelled"));
    QVERIFY(!QFile::exists(path));
}

QTEST_GUILESS_MAIN(TestChunkWriter)
#include "tst_chunkwriter.moc"
