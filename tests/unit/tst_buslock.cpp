// SPDX-License-Identifier: Apache-2.0
#include "file/disk/buslock.h"

#include "support/files.h"
#include "support/lockholder.h"
#include "support/scratchdirectory.h"

#include <memory>

using namespace Qt::StringLiterals;
using FileBus::AccessRules;
using FileBus::BusLock;
using FileBus::Error;

class TestBusLock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addPlaces(); }
    void init();
    void cleanup() { m_scratch.reset(); }

    void theFileIsMadeOnceAndStaysEmpty();
    void twoObjectsExcludeEachOther();
    void aScopeThatMovesHoldsTheLockOnce();
    void anotherProcessExcludesAndIsNamed();
    void nobodyIsNamedWhenNobodyHolds();
    void aFileUnlinkedWhileHeldIsNotTheLock();
    void aFileReplacedWhileHeldIsNotTheLock();
    void whatIsNoRegularFileIsRefused_data();
    void whatIsNoRegularFileIsRefused();
    void aMissingDirectoryIsRefused();

private:
    std::optional<BusLock::Scope> take(BusLock &lock) const;

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    std::optional<AccessRules> m_rules;
};

void TestBusLock::init()
{
    m_scratch = std::make_unique<ScratchDirectory>();
    m_path = m_scratch->path("bus.lock");
    m_rules = AccessRules(Files::status(m_scratch->path()));
}

std::optional<BusLock::Scope> TestBusLock::take(BusLock &lock) const
{
    BusLock::Attempt attempt = lock.tryLock(*m_rules);
    if (!attempt)
        qFatal("%s", qPrintable(attempt.failure().text));
    return std::move(*attempt);
}

void TestBusLock::theFileIsMadeOnceAndStaysEmpty()
{
    BusLock lock(m_path);
    QVERIFY(take(lock));
    const struct stat made = Files::status(m_path);
    QVERIFY(take(lock));
    QCOMPARE(Files::status(m_path).st_ino, made.st_ino);
    QCOMPARE(Files::status(m_path).st_size, 0);
    QCOMPARE(Files::names(m_scratch->path()), (QByteArrayList{"bus.lock"}));
}

void TestBusLock::twoObjectsExcludeEachOther()
{
    BusLock one(m_path);
    BusLock two(m_path);
    for (int round = 0; round < 2; ++round) {
        for (const auto &[holder, other] : {std::pair(&one, &two), std::pair(&two, &one)}) {
            const std::optional<BusLock::Scope> held = take(*holder);
            QVERIFY(held);
            QVERIFY(!take(*other));
        }
    }
}

void TestBusLock::aScopeThatMovesHoldsTheLockOnce()
{
    BusLock one(m_path);
    BusLock two(m_path);
    std::optional<BusLock::Scope> later;
    {
        std::optional<BusLock::Scope> held = take(one);
        QVERIFY(held);
        later = std::move(held);
    }
    QVERIFY(!take(two));
    later.reset();
    QVERIFY(take(two));
}

void TestBusLock::anotherProcessExcludesAndIsNamed()
{
    BusLock lock(m_path);
    LockHolder holder(m_path);
    QVERIFY(holder.holds());
    QVERIFY(!take(lock));
    QCOMPARE(lock.holder(), u"PID %1 (flock)"_s.arg(holder.pid()));
    holder.release();
    QVERIFY(take(lock));
}

void TestBusLock::nobodyIsNamedWhenNobodyHolds()
{
    BusLock lock(m_path);
    QCOMPARE(lock.holder(), u"another process"_s);
    QVERIFY(take(lock));
    QCOMPARE(lock.holder(), u"another process"_s);
}

// Some releases of Python's filelock unlink the file when they release the lock.
void TestBusLock::aFileUnlinkedWhileHeldIsNotTheLock()
{
    BusLock one(m_path);
    BusLock two(m_path);
    std::optional<BusLock::Scope> held = take(one);
    QVERIFY(held);
    QVERIFY(!take(two)); // has the file open from here on
    QCOMPARE(::unlink(m_path.constData()), 0);
    held.reset();
    held = take(two);
    QVERIFY(held);
    QVERIFY(Files::exists(m_path));
    QVERIFY(!take(one));
    held.reset();
    QVERIFY(take(one));
}

void TestBusLock::aFileReplacedWhileHeldIsNotTheLock()
{
    BusLock one(m_path);
    QVERIFY(take(one));
    QVERIFY(Files::replace(m_path, ""));
    LockHolder holder(m_path);
    QVERIFY(holder.holds());
    QVERIFY(!take(one));
    QCOMPARE(one.holder(), u"PID %1 (flock)"_s.arg(holder.pid()));
}

void TestBusLock::whatIsNoRegularFileIsRefused_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"directory", "symlink", "dangling symlink", "FIFO"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestBusLock::whatIsNoRegularFileIsRefused()
{
    QFETCH(const QString, kind);
    const QByteArray target = m_scratch->path("target");
    if (kind == "directory"_L1)
        QVERIFY(Files::makeDirectory(m_path));
    else if (kind == "FIFO"_L1)
        QCOMPARE(::mkfifo(m_path.constData(), 0666), 0);
    else
        QCOMPARE(::symlink(target.constData(), m_path.constData()), 0);
    if (kind == "symlink"_L1)
        QVERIFY(Files::write(target, "kept"));
    const struct stat before = Files::status(m_path);

    BusLock lock(m_path);
    const BusLock::Attempt locked = lock.tryLock(*m_rules);
    QVERIFY(!locked);
    QCOMPARE(locked.failure().error, Error::NotARegularFile);
    QVERIFY2(locked.failure().text.contains(QFile::decodeName(m_path)), qPrintable(locked.failure().text));
    QCOMPARE(Files::status(m_path).st_ino, before.st_ino);
    QCOMPARE(Files::read(target), kind == "symlink"_L1 ? QByteArray("kept") : QByteArray());
    QCOMPARE(Files::exists(target), kind == "symlink"_L1);
}

void TestBusLock::aMissingDirectoryIsRefused()
{
    BusLock lock(m_scratch->path("missing/bus.lock"));
    const BusLock::Attempt locked = lock.tryLock(*m_rules);
    QVERIFY(!locked);
    QCOMPARE(locked.failure().error, Error::DirectoryMissing);
}

QTEST_GUILESS_MAIN(TestBusLock)
#include "tst_buslock.moc"
