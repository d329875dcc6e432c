// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"
#include "format/tararchive.h"

#include <QtCore/QFile>
#include <QtCore/QHash>
#include <QtTest/QTest>

#include <algorithm>

using namespace FileBus;
using namespace Qt::StringLiterals;

/// FORMAT.md is normative, so what it states in bytes and numbers is held against the code.
class TestFormatDocument : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void theExampleDecodesToItsValues();
    void theValuesEncodeToTheExample();
    void theLimitsAreThoseOfTheCode();
    void aPayloadAboveTheLimitIsRefused();

private:
    QString section(const QString &title) const;
    QHash<QString, QString> table(const QString &title) const;

    QString m_document;
    QByteArray m_example;
    Chunk m_stated;
};

namespace
{

// What `hexdump -C` printed: offset, bytes, text between bars; "*" for lines like the one before; the length at last.
QByteArray bytesOfHexDump(const QString &dump)
{
    QByteArray bytes;
    QByteArray line;
    for (const QString &row : dump.split(u'\n', Qt::SkipEmptyParts)) {
        if (row == "*"_L1)
            continue;
        while (bytes.size() < row.left(8).toLongLong(nullptr, 16))
            bytes += line;
        line = QByteArray::fromHex(row.section(u'|', 0, 0).sliced(8).toLatin1());
        bytes += line;
    }
    return bytes;
}

Chunk chunkOf(const QHash<QString, QString> &values)
{
    Chunk chunk(values[u"payload"_s].toUtf8());
    chunk.setStreamId(QUuid::fromString(values[u"stream"_s]));
    chunk.setSequence(values[u"sequence"_s].toULongLong());
    chunk.setTime(values[u"time"_s].toLongLong());
    chunk.setProducer({QUuid::fromString(values[u"producer.id"_s]), values[u"producer.pid"_s].toLongLong(),
                       values[u"producer.host"_s], values[u"producer.program"_s]});
    return chunk;
}

// "65,536 bytes" is 65536.
qint64 numberIn(const QString &text)
{
    return QString(text).remove(u',').section(u' ', 0, 0).toLongLong();
}

} // namespace

void TestFormatDocument::initTestCase()
{
    QFile file(QStringLiteral(FORMAT_DOCUMENT));
    QVERIFY2(file.open(QIODevice::ReadOnly), FORMAT_DOCUMENT);
    m_document = QString::fromUtf8(file.readAll());
    m_example = bytesOfHexDump(section(u"Worked example"_s).section(u"```"_s, 1, 1).section(u'\n', 1));
    m_stated = chunkOf(table(u"Worked example"_s));
    QCOMPARE(m_example.size(), 3072);
    QVERIFY(m_stated.isNumbered());
}

// From its heading to the next one of any level.
QString TestFormatDocument::section(const QString &title) const
{
    const qsizetype start = m_document.indexOf(u"# "_s + title + u'\n');
    return start < 0 ? QString() : m_document.sliced(start + 2).section(u"\n#"_s, 0, 0);
}

// First column to second column, without the marks of code.
QHash<QString, QString> TestFormatDocument::table(const QString &title) const
{
    QHash<QString, QString> rows;
    for (const QString &line : section(title).split(u'\n')) {
        const QStringList cells = line.split(u'|');
        if (cells.size() == 4)
            rows.insert(cells[1].trimmed(), cells[2].trimmed().remove(u'`'));
    }
    return rows;
}

void TestFormatDocument::theExampleDecodesToItsValues()
{
    const Result<Chunk> decoded = ChunkFormat::decode(m_example);
    QVERIFY2(decoded, qPrintable(decoded ? QString() : decoded.failure().text));
    QCOMPARE(decoded->payload(), m_stated.payload());
    QCOMPARE(decoded->streamId(), m_stated.streamId());
    QCOMPARE(decoded->sequence(), m_stated.sequence());
    QCOMPARE(decoded->time(), m_stated.time());
    QVERIFY(decoded->producer() == m_stated.producer());
}

void TestFormatDocument::theValuesEncodeToTheExample()
{
    const QByteArray encoded = ChunkFormat::encode(m_stated);
    QCOMPARE(encoded.size(), m_example.size());
    const auto difference = std::mismatch(encoded.begin(), encoded.end(), m_example.begin());
    QCOMPARE(difference.first - encoded.begin(), encoded.size());
}

void TestFormatDocument::theLimitsAreThoseOfTheCode()
{
    const QHash<QString, QString> limits = table(u"Limits"_s);
    QCOMPARE(numberIn(limits[u"payload"_s]), Chunk::maximumPayloadSize);
    QCOMPARE(numberIn(limits[u"metadata"_s]), ChunkMetadata::maximumSize);
    QCOMPARE(numberIn(limits[u"file"_s]), ChunkFormat::maximumFileSize);
    QCOMPARE(numberIn(limits[u"entries"_s]), TarArchive::maximumEntries);
    QCOMPARE(numberIn(limits[u"sequence"_s]), static_cast<qint64>(ChunkFormat::maximumSequence));
}

void TestFormatDocument::aPayloadAboveTheLimitIsRefused()
{
    Chunk chunk(QByteArray(Chunk::maximumPayloadSize + 1, 'x'));
    chunk.setStreamId(QUuid::createUuid());
    chunk.setSequence(1);
    const Result<Chunk> decoded = ChunkFormat::decode(ChunkFormat::encode(chunk));
    QVERIFY(!decoded);
    QCOMPARE(decoded.failure().error, Error::ChunkTooLarge);
}

QTEST_GUILESS_MAIN(TestFormatDocument)
#include "tst_format_document.moc"
