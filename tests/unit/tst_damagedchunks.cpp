// SPDX-License-Identifier: Apache-2.0
#include "file/disk/damagedchunks.h"

#include "support/files.h"
#include "support/scratchdirectory.h"

#include <QtTest/QTest>

#include <algorithm>
#include <memory>
#include <tuple>

using namespace FileBus;

/// Files that are not chunks are kept for people, but not without limit.
class TestDamagedChunks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();

    void isMovedAndCanBeRead();
    void aNameThatIsTakenGetsASuffix();
    void theOldestGoFirst();
    void theNewestStaysHoweverLarge();
    void whatCannotBeMovedStays();

private:
    QByteArray keep(const QByteArray &name, qsizetype size = 1) const;
    QByteArrayList kept() const;
    /// Waits until a file that changes now has a later time of change; these are no finer than the tick of the kernel.
    bool isOver(const timespec &time) const;

    std::unique_ptr<ScratchDirectory> m_scratch;
    BusFile m_bus;
};

void TestDamagedChunks::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_bus = BusFile(m_scratch->path("bus"));
    QVERIFY(m_bus.makeInboxesDirectory(*m_bus.accessRules()));
}

QByteArray TestDamagedChunks::keep(const QByteArray &name, qsizetype size) const
{
    const QByteArray path = m_bus.inboxesDirectory() + "/entry";
    if (!Files::write(path, name) || ::truncate(path.constData(), size) != 0)
        return {};
    const Result<QByteArray> place = DamagedChunks(m_bus).keep(path, name);
    return place && !Files::exists(path) ? *place : QByteArray();
}

QByteArrayList TestDamagedChunks::kept() const
{
    QByteArrayList names = Files::names(m_bus.damagedDirectory());
    std::sort(names.begin(), names.end());
    return names;
}

bool TestDamagedChunks::isOver(const timespec &time) const
{
    const QByteArray probe = m_scratch->path("probe");
    return QTest::qWaitFor([&] {
        const bool isWritten = Files::write(probe, "x");
        const timespec now = Files::status(probe).st_ctim;
        return isWritten && std::tie(now.tv_sec, now.tv_nsec) > std::tie(time.tv_sec, time.tv_nsec);
    });
}

void TestDamagedChunks::isMovedAndCanBeRead()
{
    QCOMPARE(keep("log.7", 5), m_bus.damagedDirectory() + "/log.7");
    QCOMPARE(Files::read(m_bus.damagedDirectory() + "/log.7"), "log.7");
}

void TestDamagedChunks::aNameThatIsTakenGetsASuffix()
{
    for (int i = 0; i < 3; ++i)
        QVERIFY(!keep("log.7").isEmpty());
    QCOMPARE(kept(), (QByteArrayList{"log.7", "log.7.1", "log.7.2"}));
}

void TestDamagedChunks::theOldestGoFirst()
{
    for (char name = 'z'; name > 'z' - DamagedChunks::mostKept - 3; --name) {
        const QByteArray path = keep(QByteArray(1, name));
        QVERIFY(!path.isEmpty());
        QVERIFY(isOver(Files::status(path).st_ctim));
    }
    QCOMPARE(kept().size(), DamagedChunks::mostKept);
    QCOMPARE(kept().constLast(), QByteArray(1, 'z' - 3));
}

void TestDamagedChunks::theNewestStaysHoweverLarge()
{
    QVERIFY(!keep("a").isEmpty());
    QVERIFY(!keep("b", DamagedChunks::mostBytes + 1).isEmpty());
    QCOMPARE(kept(), QByteArrayList{"b"});
    QVERIFY(!keep("c").isEmpty());
    QCOMPARE(kept(), QByteArrayList{"c"});
}

void TestDamagedChunks::whatCannotBeMovedStays()
{
    QVERIFY(Files::write(m_bus.damagedDirectory(), "no directory"));
    const QByteArray path = m_bus.inboxesDirectory() + "/entry";
    QVERIFY(Files::write(path, "entry"));
    QVERIFY(!DamagedChunks(m_bus).keep(path, "log.7"));
    QCOMPARE(Files::read(path), "entry");
}

QTEST_GUILESS_MAIN(TestDamagedChunks)
#include "tst_damagedchunks.moc"
