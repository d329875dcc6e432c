// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "busdocuments.h"
#include "program.h"

#include <QtCore/QFile>

using namespace Qt::StringLiterals;

/// Captured data reaches the document of its bus without any widget.
class TestBusDocuments : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eachBusFeedsItsDocument();
    void aClosedDocumentIsNotFed();
    void aDestroyedDocumentIsForgotten();
    void aBusIsFoundByItsPath();
    void boundsApplyToOpenDocumentsAndLaterOnes();

private:
    static QByteArray path(const BusDirectory &directory, const QString &name) { return QFile::encodeName(directory.file(name)); }
    static QByteArray newest(BusDocument &document)
    {
        const int rows = document.chunks()->rowCount();
        return rows > 0 ? document.chunks()->entry(rows - 1).chunk.payload() : QByteArray();
    }
};

void TestBusDocuments::eachBusFeedsItsDocument()
{
    BusDirectory directory;
    BusDocuments documents;
    const std::unique_ptr<BusDocument> a(documents.open(path(directory, u"a"_s)));
    const std::unique_ptr<BusDocument> b(documents.open(path(directory, u"b"_s)));
    QVERIFY(publish(directory.file(u"a"_s), "of a"));
    QVERIFY(publish(directory.file(u"b"_s), "of b"));
    EVENTUALLY(newest(*a) == "of a");
    EVENTUALLY(newest(*b) == "of b");
    QCOMPARE(a->chunks()->rowCount(), 1);
    QCOMPARE(b->chunks()->rowCount(), 1);
}

void TestBusDocuments::aClosedDocumentIsNotFed()
{
    BusDirectory directory;
    BusDocuments documents;
    const std::unique_ptr<BusDocument> closed(documents.open(path(directory, u"a"_s)));
    QVERIFY(publish(directory.file(u"a"_s), "one"));
    EVENTUALLY(newest(*closed) == "one");
    documents.close(closed.get());
    const std::unique_ptr<BusDocument> open(documents.open(path(directory, u"a"_s))); // another document of the same bus
    QVERIFY(publish(directory.file(u"a"_s), "two"));
    EVENTUALLY(newest(*open) == "two");
    QCOMPARE(closed->chunks()->rowCount(), 1);
}

void TestBusDocuments::aDestroyedDocumentIsForgotten()
{
    BusDirectory directory;
    BusDocuments documents;
    delete documents.open(path(directory, u"a"_s));
    QVERIFY(!documents.find(path(directory, u"a"_s)));
    const std::unique_ptr<BusDocument> other(documents.open(path(directory, u"b"_s)));
    QVERIFY(publish(directory.file(u"a"_s), "for nobody"));
    QVERIFY(publish(directory.file(u"b"_s), "one"));
    EVENTUALLY(newest(*other) == "one");
}

void TestBusDocuments::aBusIsFoundByItsPath()
{
    BusDirectory directory;
    BusDocuments documents;
    const std::unique_ptr<BusDocument> a(documents.open(path(directory, u"a"_s)));
    const std::unique_ptr<BusDocument> b(documents.open(path(directory, u"b"_s)));
    QCOMPARE(documents.find(path(directory, u"b"_s)), b.get());
    QCOMPARE(documents.find(path(directory, u"c"_s)), nullptr);
    documents.close(b.get());
    QCOMPARE(documents.find(path(directory, u"b"_s)), nullptr);
}

void TestBusDocuments::boundsApplyToOpenDocumentsAndLaterOnes()
{
    BusDirectory directory;
    BusDocuments documents;
    const std::unique_ptr<BusDocument> before(documents.open(path(directory, u"a"_s)));
    const CaptureBounds bounds{.rows = 7, .bytes = 77, .total = 777};
    documents.setBounds(bounds);
    const std::unique_ptr<BusDocument> after(documents.open(path(directory, u"b"_s)));
    QCOMPARE(before->chunks()->store().bounds(), bounds);
    QCOMPARE(after->chunks()->store().bounds(), bounds);
}

QTEST_MAIN(TestBusDocuments)
#include "tst_busdocuments.moc"
