// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerjudgement.h"

#include <QtTest/QTest>

#include <unistd.h>

using FileBus::Evidence;
using FileBus::Life;
using FileBus::ProcessIdentity;

class TestOwnerJudgement : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void followsFromTheEvidence_data();
    void followsFromTheEvidence();
    void linesAreReadAsTheyWereWritten();
    void whatIsMissingIsEmpty_data();
    void whatIsMissingIsEmpty();
    void thisProcessRuns();
    void aPidThatWasGivenAgainIsGone();
    void relation_data();
    void relation();
};

void TestOwnerJudgement::followsFromTheEvidence_data()
{
    using P = ProcessIdentity;
    QTest::addColumn<Evidence>("evidence");
    QTest::addColumn<Life>("life");
    const auto row = [](const char *name, const Evidence &evidence, Life life) { QTest::newRow(name) << evidence << life; };
    // Lock, owner, does it run, do locks reach everybody, is it older than our boot?
    row("held", {Evidence::Held, P::SameNamespace, P::Running, true, false}, Life::Alive);
    row("held by a child or a reader", {Evidence::Held, P::SameNamespace, P::Gone, true, false}, Life::Gone);
    row("held in a container", {Evidence::Held, P::SameKernel, P::Unclear, true, false}, Life::Alive);
    row("held on another host", {Evidence::Held, P::Elsewhere, P::Unclear, false, false}, Life::Alive);
    row("killed", {Evidence::Free, P::SameNamespace, P::Gone, true, false}, Life::Gone);
    row("being killed", {Evidence::Free, P::SameNamespace, P::Ending, true, false}, Life::Gone);
    row("runs, and holds its lock beyond a mount", {Evidence::Free, P::SameNamespace, P::Running, false, false}, Life::Alive);
    row("runs, and the file is a copy", {Evidence::Free, P::SameNamespace, P::Running, true, false}, Life::Gone);
    row("killed on FUSE", {Evidence::Free, P::SameNamespace, P::Gone, false, false}, Life::Gone);
    row("PID taken, no /proc", {Evidence::Free, P::SameNamespace, P::Unclear, true, false}, Life::Gone);
    row("PID taken, no /proc, on FUSE", {Evidence::Free, P::SameNamespace, P::Unclear, false, false}, Life::Unknown);
    row("killed in a container", {Evidence::Free, P::SameKernel, P::Unclear, true, false}, Life::Gone);
    row("free in a container, on FUSE", {Evidence::Free, P::SameKernel, P::Unclear, false, false}, Life::Unknown);
    row("before the reboot", {Evidence::Free, P::EarlierBoot, P::Unclear, false, true}, Life::Gone);
    row("container before the reboot", {Evidence::Free, P::Elsewhere, P::Unclear, true, true}, Life::Gone);
    row("on another host, which mounts ours", {Evidence::Free, P::Elsewhere, P::Unclear, true, false}, Life::Unknown);
    row("on another host, from which we mount", {Evidence::Free, P::Elsewhere, P::Unclear, false, true}, Life::Unknown);
    row("no locks, runs", {Evidence::Unavailable, P::SameNamespace, P::Running, true, false}, Life::Alive);
    row("no locks, killed", {Evidence::Unavailable, P::SameNamespace, P::Gone, true, false}, Life::Gone);
    row("no locks, container", {Evidence::Unavailable, P::SameKernel, P::Unclear, true, false}, Life::Unknown);
    row("no locks, another host", {Evidence::Unavailable, P::Elsewhere, P::Unclear, true, true}, Life::Unknown);
}

void TestOwnerJudgement::followsFromTheEvidence()
{
    QFETCH(Evidence, evidence);
    QFETCH(Life, life);
    QCOMPARE(FileBus::judge(evidence), life);
}

void TestOwnerJudgement::linesAreReadAsTheyWereWritten()
{
    ProcessIdentity written = ProcessIdentity::ofThisProcess();
    written.program = QStringLiteral("a\nb");
    const ProcessIdentity read = ProcessIdentity::fromLines(written.toLines());
    QCOMPARE(read.pid, qint64(::getpid()));
    QCOMPARE(read.program, QStringLiteral("a?b"));
    QCOMPARE(read.host, written.host);
    QCOMPARE(read.machine, written.machine);
    QCOMPARE(read.boot, written.boot);
    QCOMPARE(read.namespaces, written.namespaces);
    QCOMPARE(read.started, written.started);
    QVERIFY(!read.namespaces.isEmpty());
    QVERIFY(read.started > 0);
}

void TestOwnerJudgement::whatIsMissingIsEmpty_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no number") << QByteArray("me\n");
    QTest::newRow("negative") << QByteArray("-1\nprogram\nhost\n");
    QTest::newRow("zeros") << QByteArray(4096, '\0');
}

// Never a relation in which kill(2) could judge.
void TestOwnerJudgement::whatIsMissingIsEmpty()
{
    QFETCH(QByteArray, lines);
    const ProcessIdentity identity = ProcessIdentity::fromLines(lines);
    QCOMPARE(identity.pid, 0);
    QCOMPARE(identity.relationTo(ProcessIdentity::ofThisProcess()), ProcessIdentity::SameKernel);
}

void TestOwnerJudgement::thisProcessRuns()
{
    QCOMPARE(ProcessIdentity::ofThisProcess().presence(), ProcessIdentity::Running);
}

void TestOwnerJudgement::aPidThatWasGivenAgainIsGone()
{
    ProcessIdentity former = ProcessIdentity::ofThisProcess();
    --former.started;
    QCOMPARE(former.presence(), ProcessIdentity::Gone);
    former.started = 0;
    QCOMPARE(former.presence(), ProcessIdentity::Unclear);
}

void TestOwnerJudgement::relation_data()
{
    using P = ProcessIdentity;
    QTest::addColumn<ProcessIdentity>("other");
    QTest::addColumn<ProcessIdentity::Relation>("relation");
    QTest::newRow("same") << P{7, {}, QStringLiteral("h"), "m", "b", "n", 1} << P::SameNamespace;
    QTest::newRow("container") << P{7, {}, QStringLiteral("x"), "", "b", "n2", 1} << P::SameKernel;
    QTest::newRow("no namespace") << P{7, {}, QStringLiteral("h"), "m", "b", "", 0} << P::SameKernel;
    QTest::newRow("no boot") << P{7, {}, QStringLiteral("h"), "", "", "", 0} << P::SameKernel;
    QTest::newRow("earlier boot") << P{7, {}, QStringLiteral("h"), "m", "b0", "n", 1} << P::EarlierBoot;
    QTest::newRow("copied machine") << P{7, {}, QStringLiteral("x"), "m", "b0", "n", 1} << P::Elsewhere;
    QTest::newRow("other machine, same name") << P{7, {}, QStringLiteral("h"), "m2", "b0", "n", 1} << P::Elsewhere;
    QTest::newRow("no machine id") << P{7, {}, QStringLiteral("h"), "", "b0", "n", 1} << P::Elsewhere;
}

void TestOwnerJudgement::relation()
{
    QFETCH(ProcessIdentity, other);
    QFETCH(ProcessIdentity::Relation, relation);
    const ProcessIdentity ours{8, {}, QStringLiteral("h"), "m", "b", "n", 2};
    QCOMPARE(other.relationTo(ours), relation);
}

QTEST_GUILESS_MAIN(TestOwnerJudgement)
#include "tst_ownerjudgement.moc"
