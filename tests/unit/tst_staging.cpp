// SPDX-License-Identifier: Apache-2.0
#include "file/disk/staging.h"

#include "support/deadprocess.h"
#include "support/files.h"
#include "support/scratchdirectory.h"

using FileBus::AccessRules;
using FileBus::BusFile;
using FileBus::Error;
using FileBus::Result;
using FileBus::StagedFile;
using FileBus::Staging;

class TestStaging : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void makesWhatItNeedsBesideTheBus();
    void filesAreNewAndEmpty();
    void modesAreThatOfTheBus();
    void whatIsLeftGoesWithTheProducer();
    void whatADeadProducerLeftIsRemoved();
    void whatLivingProducersHaveStays();
    void whatHasNoOwnerIsRemoved();
    void aSideDirectoryThatIsSomethingElseIsRefused_data();
    void aSideDirectoryThatIsSomethingElseIsRefused();
    void aSideDirectoryThatVanishedIsReported();

private:
    Result<std::unique_ptr<Staging>> open() const { return Staging::open(m_bus, *m_rules, QUuid::createUuid()); }
    QByteArrayList staged() const { return Files::names(m_bus.stagingDirectory()); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    BusFile m_bus;
    std::optional<AccessRules> m_rules;
};

void TestStaging::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_bus = BusFile(m_scratch->path("bus"));
    m_rules = AccessRules(Files::status(m_scratch->path()));
}

void TestStaging::makesWhatItNeedsBesideTheBus()
{
    const auto staging = open();
    QVERIFY(staging);
    QCOMPARE(Files::names(m_scratch->path()), (QByteArrayList{"bus.d"}));
    QCOMPARE(Files::names(m_bus.sideDirectory()), (QByteArrayList{"history", "producers", "staging"}));
    QCOMPARE(Files::names(m_bus.producersDirectory()).size(), 1);
}

void TestStaging::filesAreNewAndEmpty()
{
    const auto staging = open();
    QVERIFY(staging);
    const Result<StagedFile> one = (*staging)->take({});
    const Result<StagedFile> two = (*staging)->take({});
    QVERIFY(one && two);
    QVERIFY(one->path != two->path);
    QCOMPARE(one->status.st_size, 0);
    QCOMPARE(one->status.st_ino, Files::status(one->path).st_ino);
    QCOMPARE(staged().size(), 2);
}

void TestStaging::modesAreThatOfTheBus()
{
    const auto staging = open();
    QVERIFY(staging);
    const Result<StagedFile> file = (*staging)->take(mode_t(0600));
    QVERIFY(file);
    QCOMPARE(Files::mode(file->path), mode_t(0600));
}

void TestStaging::whatIsLeftGoesWithTheProducer()
{
    auto staging = open();
    const auto another = open();
    QVERIFY(staging && another);
    QVERIFY((*staging)->take({}));
    const Result<StagedFile> ofAnother = (*another)->take({});
    QVERIFY(ofAnother);
    staging->reset();
    QCOMPARE(staged(), (QByteArrayList{ofAnother->path.sliced(m_bus.stagingDirectory().size() + 1)}));
    QCOMPARE(Files::names(m_bus.producersDirectory()).size(), 1);
}

void TestStaging::whatADeadProducerLeftIsRemoved()
{
    QVERIFY(doInProcessThatDies([this] {
        static const auto staging = open();
        return staging && (*staging)->take({}) && (*staging)->take({});
    }));
    QCOMPARE(staged().size(), 2);
    QCOMPARE(Files::names(m_bus.producersDirectory()).size(), 1);

    const auto staging = open();
    QVERIFY(staging);
    const Result<StagedFile> own = (*staging)->take({});
    QVERIFY(own);
    (*staging)->removeAbandoned();
    QCOMPARE(staged().size(), 1);
    QVERIFY(Files::exists(own->path));
    QCOMPARE(Files::names(m_bus.producersDirectory()).size(), 1);
}

void TestStaging::whatLivingProducersHaveStays()
{
    const auto living = open();
    const auto staging = open();
    QVERIFY(living && staging);
    QVERIFY((*living)->take({}));
    QVERIFY((*staging)->take({}));
    (*staging)->removeAbandoned();
    QCOMPARE(staged().size(), 2);
    QCOMPARE(Files::names(m_bus.producersDirectory()).size(), 2);
}

void TestStaging::whatHasNoOwnerIsRemoved()
{
    const auto staging = open();
    QVERIFY(staging);
    QVERIFY(Files::write(m_bus.stagingDirectory() + "/6f2e1c1e-0000-4000-8000-000000000000.3", "left"));
    (*staging)->removeAbandoned();
    QCOMPARE(staged(), QByteArrayList());
}

void TestStaging::aSideDirectoryThatIsSomethingElseIsRefused_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("isLink");
    for (const char *name : {"bus.d", "bus.d/staging", "bus.d/history", "bus.d/producers"}) {
        QTest::addRow("%s is a file", name) << QByteArray(name) << false;
        QTest::addRow("%s is a link to a directory", name) << QByteArray(name) << true;
    }
}

void TestStaging::aSideDirectoryThatIsSomethingElseIsRefused()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, isLink);
    const QByteArray path = m_scratch->path(name);
    const QByteArray elsewhere = m_scratch->path("elsewhere");
    QVERIFY(Files::makeDirectory(elsewhere));
    if (name != "bus.d")
        QVERIFY(Files::makeDirectory(m_bus.sideDirectory()));
    QVERIFY(isLink ? ::symlink(elsewhere.constData(), path.constData()) == 0 : Files::write(path, "kept"));

    const auto staging = open();
    QVERIFY(!staging);
    QCOMPARE(staging.failure().error, Error::NotARegularFile);
    QVERIFY2(staging.failure().text.contains(QFile::decodeName(path) + QStringLiteral(" is a")),
             qPrintable(staging.failure().text));
    QCOMPARE(Files::names(elsewhere), QByteArrayList());
    QCOMPARE(Files::read(path), isLink ? QByteArray() : QByteArray("kept"));
}

void TestStaging::aSideDirectoryThatVanishedIsReported()
{
    const auto staging = open();
    QVERIFY(staging);
    QVERIFY(QDir(QFile::decodeName(m_bus.sideDirectory())).removeRecursively());
    const Result<StagedFile> file = (*staging)->take({});
    QVERIFY(!file);
    QCOMPARE(file.failure().error, Error::DirectoryMissing);
}

QTEST_GUILESS_MAIN(TestStaging)
#include "tst_staging.moc"
