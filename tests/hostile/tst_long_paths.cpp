// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "onbus.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <climits>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

/// Names and paths at the limits of the system: either everything works, or a message at the start names the limit.
class TestLongPaths : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theLongestNameWorks_data();
    void theLongestNameWorks();
    void oneMoreIsRefused_data() { theLongestNameWorks_data(); }
    void oneMoreIsRefused();
    void whatIsThereIsReadAllTheSame();
    void aNameThatNoFileCanHave_data();
    void aNameThatNoFileCanHave();
    void aPathThatLeavesNoRoom();

private:
    static QString nameOf(qsizetype length) { return QString(length, u'x'); }
    QString deepDirectory(qsizetype length) const;

    BusDirectory m_directory{BusDirectory::Disk};
};

namespace
{

void fails(const QStringList &arguments, int status, const QByteArrayList &words)
{
    Program program(arguments);
    QVERIFY(program.begin());
    program.closeWriteChannel();
    QCOMPARE(program.status(), status);
    QCOMPARE(program.errors().count('\n'), 1);
    for (const QByteArray &word : words)
        QVERIFY2(program.errors().contains(word), program.errors().constData());
}

} // namespace

void TestLongPaths::theLongestNameWorks_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<qsizetype>("longest");
    QTest::newRow("tar") << QStringList{} << qsizetype(NAME_MAX - 5);                        // ".lock"
    QTest::newRow("raw") << QStringList{u"--format"_s, u"raw"_s} << qsizetype(NAME_MAX - 8); // ".__new__"
}

void TestLongPaths::theLongestNameWorks()
{
    QFETCH(const QStringList, options);
    QFETCH(const qsizetype, longest);
    const QString bus = m_directory.file(nameOf(longest));
    QVERIFY(publish(bus, "longest\n", options));
    Program consumer(consumerOf(bus, {u"--once"_s}));
    QVERIFY(consumer.begin());
    QCOMPARE(consumer.status(), ExitStatus::success);
    QCOMPARE(consumer.output(), "longest\n");
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestLongPaths::oneMoreIsRefused()
{
    QFETCH(const QStringList, options);
    QFETCH(const qsizetype, longest);
    const QString bus = m_directory.file(nameOf(longest + 1));
    const QStringList before = m_directory.snapshot();
    const QByteArrayList words{QByteArray::number(longest + 1) + " bytes", "allows 255",
                               "at most " + QByteArray::number(longest)};
    fails(producerOf(bus, options), ExitStatus::usage, words);
    if (options.isEmpty()) {
        fails(consumerOf(bus), ExitStatus::usage, words);
        fails(consumerOf(bus, {u"--lossless"_s}), ExitStatus::usage, words);
    }
    QCOMPARE(m_directory.snapshot(), before);
}

// Created by other means, or on a file system that allowed it.
void TestLongPaths::whatIsThereIsReadAllTheSame()
{
    QVERIFY(publish(m_directory.bus(), "there\n"));
    const QString bus = m_directory.file(nameOf(NAME_MAX));
    QVERIFY(QFile::copy(m_directory.bus(), bus));
    Program consumer(consumerOf(bus));
    QVERIFY(consumer.begin());
    EVENTUALLY_EQUAL(consumer.output(), "there\n");
    EVENTUALLY(consumer.errors().contains("at most 250 bytes"));
    QCOMPARE(consumer.state(), QProcess::Running);
}

void TestLongPaths::aNameThatNoFileCanHave_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArrayList>("words");
    QTest::newRow("the name") << nameOf(300) << QByteArrayList{"300 bytes", "allows 255"};
    QTest::newRow("a directory") << QString(nameOf(256) + u"/bus"_s) << QByteArrayList{"256 bytes", "allows 255"};
    QTest::newRow("the path") << QString((u"d/"_s).repeated(3000) + u"bus"_s) << QByteArrayList{"allows 4095"};
}

void TestLongPaths::aNameThatNoFileCanHave()
{
    QFETCH(const QString, name);
    QFETCH(const QByteArrayList, words);
    fails(producerOf(m_directory.file(name)), ExitStatus::usage, words);
    fails(consumerOf(m_directory.file(name)), ExitStatus::usage, words);
    fails(consumerOf(m_directory.file(name), {u"--lossless"_s}), ExitStatus::usage, words);
    fails({u"--filename"_s, m_directory.file(name), u"stream"_s}, ExitStatus::usage, words.last(1));
}

// Created step by step, because its path is almost longer than mkdir(2) accepts.
QString TestLongPaths::deepDirectory(qsizetype length) const
{
    QString path = m_directory.path();
    while (path.size() < length - 1) {
        path += u'/' + QString(std::min<qsizetype>(200, length - path.size() - 1), u'd');
        ::mkdir(QFile::encodeName(path).constData(), 0700);
    }
    return path;
}

// X itself could be created there, even X.lock, but no chunk could be staged for it.
void TestLongPaths::aPathThatLeavesNoRoom()
{
    const QString directory = deepDirectory(PATH_MAX - 50);
    const QByteArrayList words{"allows 4095", "at most 4008 bytes"};
    fails(producerOf(directory + u"/bus"_s), ExitStatus::usage, words);
    fails(consumerOf(directory + u"/bus"_s), ExitStatus::usage, words);
    QCOMPARE(namesIn(directory), QStringList());
    QVERIFY(publish(deepDirectory(4008 - 4) + u"/bus"_s, "fits\n"));
}

QTEST_GUILESS_MAIN(TestLongPaths)
#include "tst_long_paths.moc"
