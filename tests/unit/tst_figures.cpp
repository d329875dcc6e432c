// SPDX-License-Identifier: Apache-2.0
#include "figures.h"

#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using FileBus::LossKnowledge;

class TestFigures : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbersHaveTwoDigitsOrAll_data();
    void numbersHaveTwoDigitsOrAll();
    void durations_data();
    void durations();
    void rates_data();
    void rates();
    void amounts();
    void clocks();
    void losses_data();
    void losses();
};

void TestFigures::numbersHaveTwoDigitsOrAll_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("grouped");
    QTest::newRow("0") << 0.0 << u"0"_s << u"0"_s;
    QTest::newRow("less than a tenth") << 0.048 << u"0.05"_s << u"0.05"_s;
    QTest::newRow("a fraction") << 3.46 << u"3.5"_s << u"3.5"_s;
    QTest::newRow("a whole one") << 4.0 << u"4"_s << u"4"_s;
    QTest::newRow("from ten on") << 12.3 << u"12"_s << u"12"_s;
    QTest::newRow("thousands") << 1234.4 << u"1234"_s << u"1,234"_s;
}

void TestFigures::numbersHaveTwoDigitsOrAll()
{
    QFETCH(const double, value);
    QTEST(Figures::number(value), "plain");
    QTEST(Figures::number(value, QLocale(QLocale::English)), "grouped");
}

void TestFigures::durations_data()
{
    QTest::addColumn<std::chrono::nanoseconds>("time");
    QTest::addColumn<QString>("text");
    QTest::newRow("nothing") << 0ns << u"0 µs"_s;
    QTest::newRow("nanoseconds") << 500ns << u"0.5 µs"_s;
    QTest::newRow("microseconds") << std::chrono::nanoseconds(80us) << u"80 µs"_s;
    QTest::newRow("less than a millisecond") << 999'000ns << u"999 µs"_s;
    QTest::newRow("a millisecond") << std::chrono::nanoseconds(1ms) << u"1 ms"_s;
    QTest::newRow("milliseconds") << std::chrono::nanoseconds(250ms) << u"250 ms"_s;
    QTest::newRow("a second") << std::chrono::nanoseconds(1s) << u"1 s"_s;
    QTest::newRow("seconds") << std::chrono::nanoseconds(3200ms) << u"3.2 s"_s;
    QTest::newRow("more than a minute") << std::chrono::nanoseconds(119s) << u"119 s"_s;
    QTest::newRow("two minutes") << std::chrono::nanoseconds(2min) << u"2 min"_s;
    QTest::newRow("minutes begun") << std::chrono::nanoseconds(5min + 59s) << u"5 min"_s;
    QTest::newRow("more than an hour") << std::chrono::nanoseconds(119min) << u"119 min"_s;
    QTest::newRow("hours") << std::chrono::nanoseconds(3h + 59min) << u"3 h"_s;
}

void TestFigures::durations()
{
    QFETCH(const std::chrono::nanoseconds, time);
    QTEST(Figures::duration(time), "text");
}

void TestFigures::rates_data()
{
    QTest::addColumn<double>("perSecond");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << 0.0 << u"0 chunks/s"_s;
    QTest::newRow("less than one") << 0.5 << u"0.5 chunks/s"_s;
    QTest::newRow("a whole number") << 7.0 << u"7 chunks/s"_s;
    QTest::newRow("few") << 9.94 << u"9.9 chunks/s"_s;
    QTest::newRow("many") << 1234.4 << u"1234 chunks/s"_s;
}

void TestFigures::rates()
{
    QFETCH(const double, perSecond);
    QTEST(Figures::rate(perSecond), "text");
}

void TestFigures::amounts()
{
    QCOMPARE(Figures::bytes(0), u"0 bytes"_s);
    QCOMPARE(Figures::bytes(1023), u"1023 bytes"_s);
    QCOMPARE(Figures::bytes(1536), u"1.5 KiB"_s);
    QCOMPARE(Figures::bytes(quint64(3) << 30), u"3.0 GiB"_s);
    QCOMPARE(Figures::byteRate(2.0 * 1024 * 1024), u"2.0 MiB/s"_s);
}

void TestFigures::clocks()
{
    QCOMPARE(Figures::clock(0s), u"0:00:00"_s);
    QCOMPARE(Figures::clock(1h + 2min + 3s), u"1:02:03"_s);
    QCOMPARE(Figures::clock(100h + 59min + 59s), u"100:59:59"_s);
}

void TestFigures::losses_data()
{
    QTest::addColumn<quint64>("count");
    QTest::addColumn<LossKnowledge>("knowledge");
    QTest::addColumn<QString>("text");
    QTest::newRow("none, exactly") << quint64(0) << LossKnowledge::Exact << u"0"_s;
    QTest::newRow("some, exactly") << quint64(12) << LossKnowledge::Exact << u"12"_s;
    QTest::newRow("at least none") << quint64(0) << LossKnowledge::AtLeast << u"at least 0"_s;
    QTest::newRow("at least some") << quint64(12) << LossKnowledge::AtLeast << u"at least 12"_s;
    QTest::newRow("unknown") << quint64(0) << LossKnowledge::Unknown << u"unknown"_s;
    QTest::newRow("some are known") << quint64(12) << LossKnowledge::Unknown << u"at least 12"_s;
}

void TestFigures::losses()
{
    QFETCH(const quint64, count);
    QFETCH(const LossKnowledge, knowledge);
    QTEST(Figures::lost(count, knowledge), "text");
}

QTEST_GUILESS_MAIN(TestFigures)
#include "tst_figures.moc"
