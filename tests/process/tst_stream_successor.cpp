// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "file/disk/inbox.h"
#include "losslessbus.h"

#include <QtCore/QFile>

#include <csignal>

using namespace Qt::StringLiterals;

/// A side of a stream is killed after it has asked and ended. The other side answers, ends and leaves before a successor comes.
/// The successor prints the answer and exits, because there is no peer to wait for.
class TestStreamSuccessor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void itFinishesWhenTheOtherEndHasLeft_data();
    void itFinishesWhenTheOtherEndHasLeft();
    void whatItSendsIsRefused_data();
    void whatItSendsIsRefused();
    void anEndIsTakenOverTwice();
    void bothEndsWereKilled_data();
    void bothEndsWereKilled();
    void afterwardsAStreamBeginsAnew();

private:
    static void addEnds();
};

namespace
{

/// The two ends, one of which dies.
class Ends
{
public:
    explicit Ends(bool aDies)
        : m_name(aDies ? "a" : "b")
        , m_otherName(aDies ? "b" : "a")
    { }

    /// One end asks and ends, and the other one has received the question.
    bool ask()
    {
        Program *const first = m_name == "a" ? &m_mortal : &m_other;
        Program *const second = m_name == "a" ? &m_other : &m_mortal;
        const bool met = first->begin() && QTest::qWaitFor([this] { return isHeld("a"); }, patience) && second->begin();
        if (!met || !m_mortal.feed("question\n"))
            return false;
        m_mortal.closeWriteChannel();
        return QTest::qWaitFor([this] { return m_other.output() == "question\n" && hasEnd(m_otherName); }, patience);
    }
    bool answer()
    {
        const bool answered = m_other.feed("answer\n");
        m_other.closeWriteChannel();
        return answered;
    }
    /// One end dies, the other one answers, ends and leaves.
    bool reachTheLastWord()
    {
        if (!ask())
            return false;
        m_mortal.send(SIGKILL);
        return m_mortal.status() == 128 + SIGKILL && answer() && m_other.status() == ExitStatus::success
            && m_other.errors().count('\n') <= 1; // it may have reported that the peer was lost
    }

    /// Whether a running process holds the end.
    bool isHeld(const QByteArray &name) const { return inboxOf(name).isOwned(); }
    /// Whether the other side has announced that it will send no more.
    bool hasEnd(const QByteArray &name) const { return !inboxOf(name).content()->ends.isEmpty(); }
    bool areGone() const { return !inboxOf("a").exists() && !inboxOf("b").exists(); }

    QStringList arguments() const { return {u"--filename"_s, m_directory.bus(), u"stream"_s}; }
    Program &mortal() { return m_mortal; }
    Program &other() { return m_other; }
    const QByteArray &name() const { return m_name; }
    BusDirectory &directory() { return m_directory; }

private:
    FileBus::Inbox inboxOf(const QByteArray &name) const
    {
        const QString bus = m_directory.bus() + (name == "a" ? u".b"_s : u".a"_s);
        return {QFile::encodeName(bus + u".d/inbox"_s), name};
    }

    BusDirectory m_directory;
    QByteArray m_name;
    QByteArray m_otherName;
    Program m_mortal{arguments()};
    Program m_other{arguments()};
};

} // namespace

void TestStreamSuccessor::addEnds()
{
    QTest::addColumn<bool>("aDies");
    QTest::newRow("end a") << true;
    QTest::newRow("end b") << false;
}

void TestStreamSuccessor::itFinishesWhenTheOtherEndHasLeft_data()
{
    addEnds();
}

void TestStreamSuccessor::itFinishesWhenTheOtherEndHasLeft()
{
    QFETCH(bool, aDies);
    Ends ends(aDies);
    QVERIFY(ends.reachTheLastWord());
    Program successor(ends.arguments());
    successor.setStandardInputFile(u"/dev/null"_s);
    QVERIFY(successor.begin());
    QCOMPARE(successor.status(), ExitStatus::success);
    QCOMPARE(successor.output(), "answer\n");
    QCOMPARE(successor.errors(), QByteArray());
    QVERIFY(ends.areGone());
}

void TestStreamSuccessor::whatItSendsIsRefused_data()
{
    QTest::addColumn<bool>("aDies");
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("a line, end a") << true << qsizetype(10);
    QTest::newRow("a line, end b") << false << qsizetype(10);
    QTest::newRow("more than a window") << true << qsizetype(10'000'000);
}

void TestStreamSuccessor::whatItSendsIsRefused()
{
    QFETCH(bool, aDies);
    QFETCH(qsizetype, size);
    Ends ends(aDies);
    QVERIFY(ends.reachTheLastWord());
    const QString input = ends.directory().file(u"input"_s);
    writeFile(input, QByteArray(size, 'x'));
    Program successor(ends.arguments());
    successor.setStandardInputFile(input);
    QVERIFY(successor.begin());
    QCOMPARE(successor.status(), ExitStatus::unavailable);
    QCOMPARE(successor.output(), "answer\n");
    VERIFY_ONE_LINE_ABOUT(successor.errors(), u"has disconnected"_s);
    QVERIFY(ends.areGone());
}

void TestStreamSuccessor::anEndIsTakenOverTwice()
{
    Ends ends(true);
    QVERIFY(ends.reachTheLastWord());
    {
        FullPipe pipe;
        Program second(ends.arguments());
        second.setOutput(pipe.writeEnd());
        QVERIFY(second.begin());
        EVENTUALLY(ends.isHeld("a"));
        QVERIFY(second.looksAgain());
        second.send(SIGKILL);
        QCOMPARE(second.status(), 128 + SIGKILL);
    }
    Program third(ends.arguments());
    QVERIFY(third.begin());
    QCOMPARE(third.status(), ExitStatus::success); // its input is open
    QCOMPARE(third.output(), "answer\n");
    QVERIFY(ends.areGone());
}

void TestStreamSuccessor::bothEndsWereKilled_data()
{
    addEnds();
}

void TestStreamSuccessor::bothEndsWereKilled()
{
    QFETCH(bool, aDies);
    Ends ends(aDies);
    QVERIFY(ends.ask());
    suspend(ends.mortal()); // so that the other one waits for it
    QVERIFY(ends.answer());
    EVENTUALLY(ends.hasEnd(ends.name()));
    for (Program *program : {&ends.mortal(), &ends.other()}) {
        program->send(SIGKILL);
        QCOMPARE(program->status(), 128 + SIGKILL);
    }
    QByteArray printed;
    for (int successors = 0; successors < 2; ++successors) {
        Program successor(ends.arguments());
        successor.setStandardInputFile(u"/dev/null"_s);
        QVERIFY(successor.begin());
        QCOMPARE(successor.status(), ExitStatus::success);
        printed += successor.output();
    }
    QCOMPARE(printed, "answer\n");
    QVERIFY(ends.areGone());
}

void TestStreamSuccessor::afterwardsAStreamBeginsAnew()
{
    Ends ends(true);
    QVERIFY(ends.reachTheLastWord());
    Program successor(ends.arguments());
    QVERIFY(successor.begin());
    QCOMPARE(successor.status(), ExitStatus::success);
    Program one(ends.arguments()), two(ends.arguments());
    QVERIFY(one.begin() && two.begin() && one.feed("again\n"));
    EVENTUALLY_EQUAL(two.output(), "again\n");
    one.closeWriteChannel();
    two.closeWriteChannel();
    QCOMPARE(one.status(), ExitStatus::success);
    QCOMPARE(two.status(), ExitStatus::success);
}

QTEST_GUILESS_MAIN(TestStreamSuccessor)
#include "tst_stream_successor.moc"
