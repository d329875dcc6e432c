// SPDX-License-Identifier: Apache-2.0
#include "format/tararchive.h"

#include "support/tar.h"

#include <QtTest/QTest>

using FileBus::Result;
using FileBus::TarArchive;
using FileBus::TarEntry;

// Archives that are accepted; tst_hostilechunks.cpp has those that are refused.
class TestTarArchive : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void entriesComeInOrderAndWhole();
    void sizesAtTheEdgesOfABlock_data();
    void sizesAtTheEdgesOfABlock();
    void namesAreExactBytes();
    void aNameOfAHundredBytesNeedsNoNul();
    void aPrefixedNameIsNotTheShortOne();
    void theOldGnuFormatHasNoPrefix();
    void nothingIsReadBehindTheEnd();
    void timesAreTakenWhereTheyCanBeRead();
};

void TestTarArchive::entriesComeInOrderAndWhole()
{
    const QByteArray bytes = Tar::entry("first", "one") + Tar::entry("second", "", '5') + Tar::entry("third", "two") + Tar::end();
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QCOMPARE(entries->size(), 3);
    QCOMPARE(entries->at(0).name, "first");
    QCOMPARE(entries->at(0).content, "one");
    QVERIFY(entries->at(0).isRegular());
    QVERIFY(!entries->at(1).isRegular());
    QCOMPARE(entries->at(2).name, "third");
    QCOMPARE(entries->at(2).content, "two");
}

void TestTarArchive::sizesAtTheEdgesOfABlock_data()
{
    QTest::addColumn<qsizetype>("size");
    for (const qsizetype size : {0, 1, 511, 512, 513, 1024})
        QTest::addRow("%lld", qlonglong(size)) << size;
}

void TestTarArchive::sizesAtTheEdgesOfABlock()
{
    QFETCH(const qsizetype, size);
    const QByteArray content(size, 'x');
    const QByteArray bytes = Tar::entry("one", content) + Tar::entry("two", "after it") + Tar::end();
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QCOMPARE(entries->size(), 2);
    QCOMPARE(entries->at(0).content, content);
    QCOMPARE(entries->at(1).content, "after it");
}

void TestTarArchive::namesAreExactBytes()
{
    const QByteArray bytes = Tar::entry("./from_server", "") + Tar::entry("from_server ", "") + Tar::end();
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QCOMPARE(entries->at(0).name, "./from_server");
    QCOMPARE(entries->at(1).name, "from_server ");
}

void TestTarArchive::aNameOfAHundredBytesNeedsNoNul()
{
    const QByteArray name(100, 'n');
    const QByteArray bytes = Tar::entry(name, "") + Tar::end();
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QCOMPARE(entries->at(0).name, name);
}

void TestTarArchive::aPrefixedNameIsNotTheShortOne()
{
    const QByteArray bytes = Tar::header({.prefix = "directory"}) + Tar::end();
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QVERIFY(entries->at(0).name.isEmpty());
}

// GNU tar stores other data in place of the prefix.
void TestTarArchive::theOldGnuFormatHasNoPrefix()
{
    const QByteArray bytes = Tar::header({.magic = QByteArray("ustar  \0", 8), .prefix = "12345670123"}) + Tar::end();
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QCOMPARE(entries->at(0).name, "from_server");
}

void TestTarArchive::nothingIsReadBehindTheEnd()
{
    const QByteArray bytes = Tar::entry("one", "") + Tar::end() + Tar::entry("two", "") + "rubbish";
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QCOMPARE(entries->size(), 1);
}

void TestTarArchive::timesAreTakenWhereTheyCanBeRead()
{
    const QByteArray bytes =
        Tar::header({.time = "14524770400"}) + Tar::header({.time = QByteArray("\x80\0\0\0\0\0\0\0\0\0\0\x01", 12)}) + Tar::end();
    const Result<FileBus::TarEntries> entries = TarArchive::entries(bytes);
    QVERIFY(entries);
    QCOMPARE(entries->at(0).time, 1'700'000'000);
    QCOMPARE(entries->at(1).time, 0);
}

QTEST_GUILESS_MAIN(TestTarArchive)
#include "tst_tararchive.moc"
