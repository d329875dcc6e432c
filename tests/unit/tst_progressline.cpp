// SPDX-License-Identifier: Apache-2.0
#include "progressline.h"

#include "support/capturedstream.h"

#include <QtTest/QTest>

#include <optional>
#include <unistd.h>

using FileBus::LossKnowledge;

/// The line of figures on standard error, in a file and on a terminal.
class TestProgressLine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { qunsetenv("NO_COLOR"); }

    void theLastStateGetsALineOfItsOwn_data();
    void theLastStateGetsALineOfItsOwn();
    void aProducerHasNoLosses();
    void whatNeverBeganShowsNothing();
    void aTerminalShowsOneLineThatChanges();
};

void TestProgressLine::theLastStateGetsALineOfItsOwn_data()
{
    QTest::addColumn<CapturedStream::Kind>("kind");
    QTest::addColumn<bool>("colours");
    QTest::addColumn<quint64>("lost");
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("end");
    const auto terminal = CapturedStream::Terminal;
    const QByteArray begin("\r1.5 KiB  2 chunks  0:00:00  [");
    QTest::newRow("a file") << CapturedStream::File << true << quint64(3) << begin.sliced(1)
                            << QByteArray("]  lost at least 3\n");
    QTest::newRow("a terminal") << terminal << true << quint64(3) << begin
                                << QByteArray("]  \033[31mlost at least 3\033[0m\033[K\r\n");
    QTest::newRow("a terminal, without losses")
        << terminal << true << quint64(0) << begin << QByteArray("]  lost at least 0\033[K\r\n");
    QTest::newRow("a terminal without colours")
        << terminal << false << quint64(3) << begin << QByteArray("]  lost at least 3\033[K\r\n");
}

void TestProgressLine::theLastStateGetsALineOfItsOwn()
{
    QFETCH(const CapturedStream::Kind, kind);
    QFETCH(const bool, colours);
    QFETCH(const quint64, lost);
    QFETCH(const QByteArray, begin);
    QFETCH(const QByteArray, end);
    if (!colours)
        qputenv("NO_COLOR", "1");
    CapturedStream errors(STDERR_FILENO, kind);
    {
        ProgressLine line;
        line.setLossKnowledge([] { return LossKnowledge::AtLeast; });
        line.start();
        line.chunk(FileBus::Chunk(QByteArray(512, 'x')));
        line.chunk(FileBus::Chunk(QByteArray(1024, 'x')));
        if (lost > 0)
            line.lost(lost);
        QCOMPARE(errors.take(), "");
    }
    const QByteArray shown = errors.take();
    QVERIFY2(shown.startsWith(begin) && shown.endsWith(end), shown.toPercentEncoding().constData());
}

void TestProgressLine::aProducerHasNoLosses()
{
    CapturedStream errors(STDERR_FILENO);
    std::optional<ProgressLine> line(std::in_place);
    line->start();
    line.reset();
    const QByteArray shown = errors.take();
    QVERIFY2(shown.endsWith("]\n") && !shown.contains("lost"), shown.constData());
}

void TestProgressLine::whatNeverBeganShowsNothing()
{
    CapturedStream errors(STDERR_FILENO);
    std::optional<ProgressLine> line(std::in_place);
    line.reset();
    QCOMPARE(errors.take(), "");
}

void TestProgressLine::aTerminalShowsOneLineThatChanges()
{
    CapturedStream errors(STDERR_FILENO, CapturedStream::Terminal);
    ProgressLine line;
    line.start();
    QByteArray shown;
    QTRY_VERIFY(!(shown += errors.take()).isEmpty());
    QVERIFY2(shown.startsWith('\r') && shown.endsWith("]\033[K"), shown.toPercentEncoding().constData());
}

QTEST_GUILESS_MAIN(TestProgressLine)
#include "tst_progressline.moc"
