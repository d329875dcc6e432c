// SPDX-License-Identifier: Apache-2.0
#include "file/disk/accesslist.h"

#include <QtCore/QRandomGenerator>
#include <QtCore/QtEndian>
#include <QtTest/QTest>

#include <algorithm>
#include <vector>

using FileBus::AccessList;

/// The lists are compared with another implementation of acl(5), for every user who can be distinguished.
class TestAccessList : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aModeIsAListOfThree();
    void whatTheKernelWritesIsReadAndWritten();
    void whatItDoesNotWriteIsRefused_data();
    void whatItDoesNotWriteIsRefused();
    void whatIsCommonGrantsNoMoreThanEither();
    void aModeThatIsNarrowedStaysAMode();
    void whoMayRead();
};

namespace
{

constexpr quint32 noId = 0xffffffff;

struct Entry {
    quint16 tag;
    quint16 permissions;
    quint32 id = noId;
};
using Entries = std::vector<Entry>;

QByteArray bytesOf(const Entries &entries)
{
    QByteArray bytes = QByteArray::fromHex("02000000");
    for (const Entry &entry : entries) {
        char part[8];
        qToLittleEndian(entry.tag, part);
        qToLittleEndian(entry.permissions, part + 2);
        qToLittleEndian(entry.id, part + 4);
        bytes.append(part, sizeof part);
    }
    return bytes;
}

Entries entriesOf(const QByteArray &bytes)
{
    Entries entries;
    for (const char *part = bytes.constData() + 4; part < bytes.constEnd(); part += 8)
        entries.push_back(
            {qFromLittleEndian<quint16>(part), qFromLittleEndian<quint16>(part + 2), qFromLittleEndian<quint32>(part + 4)});
    return entries;
}

// The algorithm of acl(5), "ACCESS CHECK ALGORITHM", for a user who does not own the file, bit by bit.
unsigned granted(const Entries &entries, quint32 owningGroup, quint32 user, const QList<quint32> &groups)
{
    unsigned mask = 7, other = 0, inGroups = 0;
    bool isInGroup = false;
    std::optional<unsigned> named;
    for (const Entry &entry : entries) {
        const bool isGroup = entry.tag == 0x04 || entry.tag == 0x08;
        if (entry.tag == 0x10)
            mask = entry.permissions;
        else if (entry.tag == 0x20)
            other = entry.permissions;
        else if (entry.tag == 0x02 && entry.id == user)
            named = entry.permissions;
        else if (isGroup && groups.contains(entry.tag == 0x04 ? owningGroup : entry.id)) {
            isInGroup = true;
            inGroups |= entry.permissions;
        }
    }
    if (named)
        return *named & mask;
    return isInGroup ? inGroups & mask : other;
}

quint16 some(QRandomGenerator &random)
{
    return static_cast<quint16>(random.bounded(8));
}

Entries randomList(QRandomGenerator &random)
{
    Entries entries{{0x01, 7}};
    for (const quint32 user : {10u, 11u}) {
        if (random.bounded(2))
            entries.push_back({0x02, some(random), user});
    }
    entries.push_back({0x04, some(random)});
    for (const quint32 group : {20u, 21u}) {
        if (random.bounded(2))
            entries.push_back({0x08, some(random), group});
    }
    if (entries.size() > 2)
        entries.push_back({0x10, some(random)});
    entries.push_back({0x20, some(random)});
    return entries;
}

QList<QList<quint32>> allGroups()
{
    QList<QList<quint32>> sets;
    for (unsigned set = 0; set < 16; ++set) {
        QList<quint32> groups;
        for (unsigned bit = 0; bit < 4; ++bit) {
            if (set & 1u << bit)
                groups.append(20 + bit);
        }
        sets.append(groups);
    }
    return sets;
}

// Whether @p left gives nobody more permissions than @p right.
bool grantsNoMore(const Entries &left, quint32 leftGroup, const Entries &right, quint32 rightGroup)
{
    const QList<QList<quint32>> sets = allGroups();
    for (const quint32 user : {10u, 11u, 12u}) {
        for (const QList<quint32> &groups : sets) {
            if (granted(left, leftGroup, user, groups) & ~granted(right, rightGroup, user, groups))
                return false;
        }
    }
    return true;
}

} // namespace

void TestAccessList::aModeIsAListOfThree()
{
    const AccessList list = AccessList::ofMode(0640, 20);
    QVERIFY(list.isMode());
    QCOMPARE(list.mode(), mode_t(0640));
    QCOMPARE(list.encoded(), bytesOf({{0x01, 6}, {0x04, 4}, {0x20, 0}}));
}

void TestAccessList::whatTheKernelWritesIsReadAndWritten()
{
    const QByteArray bytes = bytesOf({{0x01, 6}, {0x02, 4, 10}, {0x04, 0}, {0x08, 4, 21}, {0x10, 4}, {0x20, 0}});
    const auto list = AccessList::parse(bytes, 20);
    QVERIFY(list);
    QCOMPARE(list->encoded(), bytes);
    QCOMPARE(list->mode(), mode_t(0640));
    QCOMPARE(list->narrowestMode(), mode_t(0600));
}

void TestAccessList::whatItDoesNotWriteIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("another version") << QByteArray::fromHex("0300000001000600ffffffff");
    QTest::newRow("cut off") << bytesOf({{0x01, 6}, {0x04, 4}}).chopped(1);
    QTest::newRow("another tag") << bytesOf({{0x01, 6}, {0x40, 4}, {0x20, 4}});
}

void TestAccessList::whatItDoesNotWriteIsRefused()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!AccessList::parse(bytes, 20));
}

void TestAccessList::whatIsCommonGrantsNoMoreThanEither()
{
    QRandomGenerator random(12);
    int within = 0;
    for (int run = 0; run < 3000; ++run) {
        const Entries past = randomList(random), present = randomList(random);
        const auto pastGroup = 20u + random.bounded(3u), presentGroup = 20u + random.bounded(3u);
        const AccessList pastList = *AccessList::parse(bytesOf(past), pastGroup);
        const AccessList presentList = *AccessList::parse(bytesOf(present), presentGroup);
        const AccessList commonList = AccessList::common(pastList, presentList);
        const Entries common = entriesOf(commonList.encoded());
        QVERIFY(grantsNoMore(common, pastGroup, past, pastGroup));
        QVERIFY(grantsNoMore(common, pastGroup, present, presentGroup));
        const Entries narrow = entriesOf(AccessList::ofMode(commonList.narrowestMode(), pastGroup).encoded());
        QVERIFY(grantsNoMore(narrow, pastGroup, common, pastGroup));
        if (pastList.isWithin(presentList)) {
            ++within;
            QVERIFY(grantsNoMore(past, pastGroup, present, presentGroup));
        }
    }
    QVERIFY(within > 0);
}

void TestAccessList::aModeThatIsNarrowedStaysAMode()
{
    const AccessList past = AccessList::ofMode(0664, 20);
    QVERIFY(past.isWithin(AccessList::ofMode(0664, 20)));
    QVERIFY(!past.isWithin(AccessList::ofMode(0660, 20)));
    QVERIFY(!AccessList::ofMode(0660, 20).isWithin(AccessList::ofMode(0660, 21)));
    const AccessList common = AccessList::common(past, AccessList::ofMode(0640, 20));
    QVERIFY(common.isMode());
    QCOMPARE(common.mode(), mode_t(0640));
}

void TestAccessList::whoMayRead()
{
    AccessList list = AccessList::ofMode(0640, 20);
    QVERIFY(list.letsRead(10, 20));
    QVERIFY(!list.letsRead(10, 21));
    list.letRead(10);
    QVERIFY(list.letsRead(10, 21));
    QVERIFY(!list.letsRead(11, 21));
    QCOMPARE(list.mode(), mode_t(0640));
    const auto denied = AccessList::parse(bytesOf({{0x01, 6}, {0x02, 0, 10}, {0x04, 4}, {0x10, 4}, {0x20, 4}}), 20);
    QVERIFY(denied && !denied->letsRead(10, 20));
}

QTEST_APPLESS_MAIN(TestAccessList)
#include "tst_accesslist.moc"
