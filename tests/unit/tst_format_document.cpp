// SPDX-License-Identifier: Apache-2.0
#include "format/chunkformat.h"
#include "format/tararchive.h"

#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QHash>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtTest/QTest>

#include <algorithm>

using namespace FileBus;
using namespace Qt::StringLiterals;

/// FORMAT.md is normative, so the bytes and numbers it states are compared with the code.
class TestFormatDocument : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void theExampleDecodesToItsValues();
    void theValuesEncodeToTheExample();
    void theLimitsAreThoseOfTheCode();
    void aPayloadAboveTheLimitIsRefused();
    void eachWordIsDefinedOnce();
    void eachLinkLeadsToAChapter();
    void eachChapterThatTheCodeNamesIsThere();

private:
    QSet<QString> chapters() const;
    QString section(const QString &title) const;
    QHash<QString, QString> table(const QString &title) const;

    QString m_document;
    QByteArray m_example;
    Chunk m_stated;
};

namespace
{

// Parses the output of `hexdump -C`: offset, bytes, text between bars; "*" for repeated lines; the length at the end.
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

QSet<QString> TestFormatDocument::chapters() const
{
    QSet<QString> titles;
    for (const auto &heading : QRegularExpression(u"^#+ (.+)$"_s, QRegularExpression::MultilineOption).globalMatch(m_document))
        titles.insert(heading.captured(1));
    return titles;
}

// From its heading to the next one at any level.
QString TestFormatDocument::section(const QString &title) const
{
    const qsizetype start = m_document.indexOf(u"# "_s + title + u'\n');
    return start < 0 ? QString() : m_document.sliced(start + 2).section(u"\n#"_s, 0, 0);
}

// First column to second column, without backquotes.
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

void TestFormatDocument::eachWordIsDefinedOnce()
{
    QSet<QString> words;
    for (const QString &line : section(u"Words"_s).split(u'\n')) {
        const QString word = line.section(u'|', 1, 1).trimmed();
        QVERIFY2(word.isEmpty() || !words.contains(word), qPrintable(word));
        words.insert(word);
    }
    QVERIFY(words.contains(u"stream"_s) && words.contains(u"duplex stream"_s));
}

void TestFormatDocument::eachLinkLeadsToAChapter()
{
    QSet<QString> anchors;
    for (const QString &title : chapters())
        anchors.insert(title.toLower().remove(QRegularExpression(u"[^a-z0-9 -]"_s)).replace(u' ', u'-'));
    int links = 0;
    for (const auto &link : QRegularExpression(u"\\]\\(#([^)]+)\\)"_s).globalMatch(m_document)) {
        QVERIFY2(anchors.contains(link.captured(1)), qPrintable(link.captured(1)));
        ++links;
    }
    QVERIFY(links > 0);
}

void TestFormatDocument::eachChapterThatTheCodeNamesIsThere()
{
    const QSet<QString> titles = chapters();
    const QRegularExpression quoted(u"FORMAT\\.md,? \\(?\"([^\"]+)\""_s);
    int named = 0;
    QDirIterator files(QFileInfo(QStringLiteral(FORMAT_DOCUMENT)).path(), {u"*.h"_s, u"*.cpp"_s}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
        for (const auto &chapter : quoted.globalMatch(QString::fromUtf8(file.readAll()))) {
            QVERIFY2(titles.contains(chapter.captured(1)), qPrintable(file.fileName() + ": "_L1 + chapter.captured(1)));
            ++named;
        }
    }
    QVERIFY(named > 0);
}

QTEST_GUILESS_MAIN(TestFormatDocument)
#include "tst_format_document.moc"
