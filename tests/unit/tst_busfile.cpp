// SPDX-License-Identifier: Apache-2.0
#include "file/disk/busfile.h"
#include "file/disk/pinnedfile.h"

#include "support/files.h"
#include "support/nobus.h"
#include "support/scratchdirectory.h"

#include <QtCore/QScopeGuard>

#include <memory>

using FileBus::BusFile;
using FileBus::Error;
using FileBus::PinnedFile;
using FileBus::Result;

class TestBusFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void pathsStandBesideTheBus();
    void aRelativePathIsResolvedAtOnce();
    void aBusInTheRootDirectory();
    void whatIsNoRegularFileIsRefused_data() { NoBus::addKinds(); }
    void whatIsNoRegularFileIsRefused();
    void aMissingBusIsNoFailure();
    void aParentThatIsAFileIsRefused();
    void aMissingDirectoryIsRefused();
    void theFirstChunkIsMovedAndLaterOnesExchanged();
    void aFailedReplacementLeavesWhatWasStaged();
    void aPinnedFileOutlivesItsReplacement();
    void aPinnedFileIsReadAnewWhenItWasWrittenInto();
    void aPinnedFileThatIsTooLargeIsRefusedUnread();

private:
    std::unique_ptr<ScratchDirectory> m_scratch;
    BusFile m_bus;
    QByteArray m_staged;
};

void TestBusFile::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_bus = BusFile(m_scratch->path("bus"));
    m_staged = m_scratch->path("staged");
}

void TestBusFile::pathsStandBesideTheBus()
{
    const BusFile bus("/some/where/x.bus");
    QCOMPARE(bus.directory(), "/some/where");
    QCOMPARE(bus.lockPath(), "/some/where/x.bus.lock");
    QCOMPARE(bus.stagingDirectory(), "/some/where/x.bus.d/staging");
    QCOMPARE(bus.historyDirectory(), "/some/where/x.bus.d/history");
    QCOMPARE(bus.producersDirectory(), "/some/where/x.bus.d/producers");
}

void TestBusFile::aRelativePathIsResolvedAtOnce()
{
    const auto goBack = qScopeGuard([before = QDir::currentPath()] { QDir::setCurrent(before); });
    QVERIFY(QDir::setCurrent(QFile::decodeName(m_scratch->path())));
    const BusFile bus("caf\xe9.bus");
    QVERIFY(QDir::setCurrent(QStringLiteral("/")));
    QCOMPARE(bus.path(), m_scratch->path("caf\xe9.bus"));
    QCOMPARE(bus.directory(), m_scratch->path());
}

void TestBusFile::aBusInTheRootDirectory()
{
    QCOMPARE(BusFile("/bus").directory(), "/");
}

void TestBusFile::whatIsNoRegularFileIsRefused()
{
    QFETCH(const QByteArray, kind);
    QVERIFY(Files::write(m_scratch->path("target"), "kept"));
    QVERIFY(NoBus::make(kind, m_bus.path(), m_scratch->path("target")));
    const auto status = m_bus.status();
    QVERIFY(!status);
    QCOMPARE(status.failure().error, Error::NotARegularFile);
    const QString expected = QFile::decodeName(m_bus.path() + " is a " + kind + ',');
    QVERIFY2(status.failure().text.contains(expected), qPrintable(status.failure().text));
    QVERIFY(!PinnedFile::open(m_bus.path()));
}

void TestBusFile::aMissingBusIsNoFailure()
{
    const auto status = m_bus.status();
    QVERIFY(status && !*status);
    const auto pinned = PinnedFile::open(m_bus.path());
    QVERIFY(pinned && !*pinned);
}

void TestBusFile::aParentThatIsAFileIsRefused()
{
    QVERIFY(Files::write(m_scratch->path("file"), ""));
    const auto status = BusFile(m_scratch->path("file/bus")).status();
    QVERIFY(!status);
    QCOMPARE(status.failure().error, Error::DirectoryMissing);
}

void TestBusFile::aMissingDirectoryIsRefused()
{
    const auto rules = BusFile(m_scratch->path("missing/bus")).accessRules();
    QVERIFY(!rules);
    QCOMPARE(rules.failure().error, Error::DirectoryMissing);
    QVERIFY2(rules.failure().text.contains(QStringLiteral("missing: ")), qPrintable(rules.failure().text));
}

void TestBusFile::theFirstChunkIsMovedAndLaterOnesExchanged()
{
    QVERIFY(Files::write(m_staged, "first"));
    const auto first = m_bus.replaceBy(m_staged);
    QVERIFY(first);
    QCOMPARE(*first, BusFile::Renamed);
    QVERIFY(!Files::exists(m_staged));
    QCOMPARE(Files::read(m_bus.path()), "first");

    QVERIFY(Files::write(m_staged, "second"));
    const auto second = m_bus.replaceBy(m_staged);
    QVERIFY(second);
    QCOMPARE(*second, BusFile::Exchanged);
    QCOMPARE(Files::read(m_staged), "first");
    QCOMPARE(Files::read(m_bus.path()), "second");
}

void TestBusFile::aFailedReplacementLeavesWhatWasStaged()
{
    QVERIFY(Files::write(m_staged, "chunk"));
    BusFile missing(m_scratch->path("missing/bus"));
    const auto replaced = missing.replaceBy(m_staged);
    QVERIFY(!replaced);
    QCOMPARE(replaced.failure().error, Error::DirectoryMissing);
    QCOMPARE(Files::read(m_staged), "chunk");
}

void TestBusFile::aPinnedFileOutlivesItsReplacement()
{
    QVERIFY(Files::write(m_bus.path(), "first"));
    auto pinned = PinnedFile::open(m_bus.path());
    QVERIFY(pinned && *pinned);
    for (int i = 0; i < 20; ++i) { // on ext4, the inode numbers of deleted files are reused at once
        QVERIFY(Files::replace(m_bus.path(), "next"));
        QVERIFY(Files::status(m_bus.path()).st_ino != (*pinned)->identity().inode);
    }
    const Result<QByteArray> content = (*pinned)->read(m_bus.path());
    QVERIFY(content);
    QCOMPARE(*content, "first");
}

void TestBusFile::aPinnedFileIsReadAnewWhenItWasWrittenInto()
{
    QVERIFY(Files::write(m_bus.path(), "first"));
    auto pinned = PinnedFile::open(m_bus.path());
    QVERIFY(pinned && *pinned);
    QVERIFY(Files::write(m_bus.path(), "longer than the first"));
    const Result<QByteArray> content = (*pinned)->read(m_bus.path());
    QVERIFY(content);
    QCOMPARE(*content, "longer than the first");
    QCOMPARE((*pinned)->identity().size, content->size());
}

void TestBusFile::aPinnedFileThatIsTooLargeIsRefusedUnread()
{
    QVERIFY(Files::write(m_bus.path(), ""));
    QCOMPARE(::truncate(m_bus.path().constData(), off_t(8) << 30), 0);
    auto pinned = PinnedFile::open(m_bus.path());
    QVERIFY(pinned && *pinned);
    const Result<QByteArray> content = (*pinned)->read(m_bus.path());
    QVERIFY(!content);
    QCOMPARE(content.failure().error, Error::ChunkTooLarge);
    QVERIFY2(content.failure().text.contains(QFile::decodeName(m_bus.path())), qPrintable(content.failure().text));
}

QTEST_GUILESS_MAIN(TestBusFile)
#include "tst_busfile.moc"
