// SPDX-License-Identifier: Apache-2.0
#include "publisherlist.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// Who publishes is said once, and again when another user does it under the same name.
class TestPublisherList : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eachProducerIsNamedOnce();
    void anotherUserWithThatNameIsPointedOut();
    void oneThatNamesNothingIsUnknown();
    void aFloodOfNamesIsForgotten();
};

namespace
{

FileBus::Chunk chunkOf(const QUuid &producer, std::optional<quint32> user)
{
    FileBus::Chunk chunk;
    chunk.setProducer({producer, 4711, u"host"_s, u"filebus"_s});
    if (user)
        chunk.setUserId(*user);
    return chunk;
}

} // namespace

void TestPublisherList::eachProducerIsNamedOnce()
{
    PublisherList list;
    const QUuid one = QUuid::createUuid(), two = QUuid::createUuid();
    QCOMPARE(list.firstTime(chunkOf(one, 7)), u"user 7 publishes: filebus, PID 4711 on host"_s);
    QCOMPARE(list.firstTime(chunkOf(two, std::nullopt)), u"user ? publishes: filebus, PID 4711 on host"_s);
    QCOMPARE(list.firstTime(chunkOf(one, 7)), QString());
    QCOMPARE(list.firstTime(chunkOf(two, std::nullopt)), QString());
}

void TestPublisherList::anotherUserWithThatNameIsPointedOut()
{
    PublisherList list;
    const QUuid id = QUuid::createUuid();
    list.firstTime(chunkOf(id, 7));
    const QString text = u"user %1 publishes in the name of filebus, PID 4711 on host, which belonged to user %2 before"_s;
    QCOMPARE(list.firstTime(chunkOf(id, 8)), text.arg(8).arg(7));
    QCOMPARE(list.firstTime(chunkOf(id, 8)), QString());
    QCOMPARE(list.firstTime(chunkOf(id, 7)), text.arg(7).arg(8));
}

void TestPublisherList::oneThatNamesNothingIsUnknown()
{
    PublisherList list;
    FileBus::Chunk chunk;
    chunk.setUserId(7);
    QCOMPARE(list.firstTime(chunk), u"user 7 publishes: an unknown producer"_s);
    QCOMPARE(list.firstTime(chunk), QString());
    chunk.setUserId(8);
    QCOMPARE(list.firstTime(chunk), u"user 8 publishes: an unknown producer"_s);
}

void TestPublisherList::aFloodOfNamesIsForgotten()
{
    PublisherList list;
    const QUuid id = QUuid::createUuid();
    list.firstTime(chunkOf(id, 7));
    for (int i = 0; i < 999; ++i)
        list.firstTime(chunkOf(QUuid::createUuid(), 7));
    QCOMPARE(list.firstTime(chunkOf(id, 7)), QString());
    list.firstTime(chunkOf(QUuid::createUuid(), 7));
    QVERIFY(!list.firstTime(chunkOf(id, 7)).isEmpty());
}

QTEST_GUILESS_MAIN(TestPublisherList)
#include "tst_publisherlist.moc"
