// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "chunkwriter.h"
#include "entries.h"

#include <QtCore/QBuffer>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

#include <KTar>

using namespace Qt::StringLiterals;

/// Exported chunks, read back by other software.
class TestChunkWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void jsonLinesHoldAllThatIsKnown();
    void csvHasAChunkARow();
    void tarHasAFileAPayload();
    void csvNeverHoldsAFormula_data();
    void csvNeverHoldsAFormula();
    void csvOfABusThatAttacksSpreadsheets();

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
    QCOMPARE(rows.size(), 4); // the header, two chunks, and the empty text after the last line
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
    QCOMPARE(seven->date().toSecsSinceEpoch(), 7);
    const KArchiveFile *other = tar.directory()->file(u"unnumbered/00000000000000000001"_s);
    QVERIFY(other);
    QCOMPARE(other->data(), "of the original");
}

void TestChunkWriter::csvNeverHoldsAFormula_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isFormula");
    for (const char *formula : {"=1+1", "+1", "-2+3", "@SUM(1)", "\tx", "\rx", "\n=1", "  =1", "\"=1", "'=1", " ' \"+1", "＝1"})
        QTest::newRow(formula) << QByteArray(formula) << true;
    for (const char *text : {"", "1=1", "a@b", "'", "'quoted'", "{\"a\":-1}", "x\n=1", " "})
        QTest::newRow(text) << QByteArray(text) << false;
}

void TestChunkWriter::csvNeverHoldsAFormula()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, isFormula);
    ChunkEntry entry = Entries::chunk(7, text, QString::fromUtf8(text));
    FileBus::ProducerInfo producer = entry.chunk.producer();
    producer.host = producer.program;
    entry.chunk.setProducer(producer);
    const auto cell = [&](const QByteArray &content) { return '"' + QByteArray(content).replace('"', "\"\"") + '"'; };
    const QByteArray safe = cell((isFormula ? "'" : "") + text);
    const QByteArray row = written(ChunkWriter::Csv, {entry});
    QVERIFY2(row.contains(",7," + safe + ",4711," + safe + ",no,"), row.constData());
    QVERIFY(row.endsWith(",utf-8," + safe + "\r\n"));
    QVERIFY(written(ChunkWriter::VerbatimCsv, {entry}).endsWith(",utf-8," + cell(text) + "\r\n"));
}

void TestChunkWriter::csvOfABusThatAttacksSpreadsheets()
{
    const QByteArray bus = contentOf(QStringLiteral(TEST_CASES "/payload-formula.bus"));
    QBuffer buffer;
    buffer.setData(bus);
    KTar tar(&buffer);
    QVERIFY(tar.open(QIODevice::ReadOnly));
    const QByteArray payload = tar.directory()->file(u"from_server"_s)->data();
    QVERIFY(payload.startsWith("=HYPERLINK"));
    QVERIFY(written(ChunkWriter::Csv, {Entries::chunk(1, payload)}).contains(",\"'=HYPERLINK"));
}

QTEST_GUILESS_MAIN(TestChunkWriter)
#include "tst_chunkwriter.moc"
