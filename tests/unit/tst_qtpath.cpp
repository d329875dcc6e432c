// SPDX-License-Identifier: Apache-2.0
#include "qtpath.h"

#include "support/files.h"
#include "support/scratchdirectory.h"

using FileBus::QtPath;

class TestQtPath : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }

    void aNameThatIsTextStaysAsItIs_data();
    void aNameThatIsTextStaysAsItIs();
    void aNameThatIsNoTextStillLeadsThere();
    void leadsThereAfterTheDirectoryWasRenamed();
    void aMissingDirectoryLeadsNowhere();
};

void TestQtPath::aNameThatIsTextStaysAsItIs_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("ASCII") << QByteArray("/tmp/some where");
    QTest::newRow("UTF-8") << QByteArray("/tmp/café-日本");
}

void TestQtPath::aNameThatIsTextStaysAsItIs()
{
    QFETCH(const QByteArray, name);
    QCOMPARE(QtPath(name).name(), QFile::decodeName(name));
}

void TestQtPath::aNameThatIsNoTextStillLeadsThere()
{
    const ScratchDirectory scratch;
    const QByteArray directory = scratch.path("caf\xe9");
    QVERIFY(Files::makeDirectory(directory));
    QVERIFY(Files::write(scratch.path("file"), "found"));
    QCOMPARE(::rename(scratch.path("file").constData(), (directory + "/file").constData()), 0);
    const QtPath path(directory);
    QCOMPARE(Files::read(QFile::encodeName(path.name()) + "/file"), "found");
    QCOMPARE(::unlink((directory + "/file").constData()), 0);
    QCOMPARE(::rmdir(directory.constData()), 0);
}

void TestQtPath::leadsThereAfterTheDirectoryWasRenamed()
{
    const ScratchDirectory scratch;
    const QByteArray directory = scratch.path("caf\xe9");
    QVERIFY(Files::makeDirectory(directory));
    const QtPath path(directory);
    QCOMPARE(::rename(directory.constData(), scratch.path("cafe").constData()), 0);
    QVERIFY(Files::write(scratch.path("cafe/file"), "found"));
    QCOMPARE(Files::read(QFile::encodeName(path.name()) + "/file"), "found");
}

void TestQtPath::aMissingDirectoryLeadsNowhere()
{
    const ScratchDirectory scratch;
    QVERIFY(!QFile::exists(QtPath(scratch.path("caf\xe9")).name()));
}

QTEST_GUILESS_MAIN(TestQtPath)
#include "tst_qtpath.moc"
