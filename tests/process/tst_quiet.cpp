// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "program.h"

#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;

/// Normal operation prints nothing on standard error, whatever the locale.
class TestQuiet : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void aProducerAndAConsumer_data() { addEnvironments(); }
    void aProducerAndAConsumer();
    void helpAndVersion_data() { addEnvironments(); }
    void helpAndVersion();
    void whatIsVerboseSaysSomething_data();
    void whatIsVerboseSaysSomething();

private:
    void addEnvironments() const;

    BusDirectory m_locales;
    bool m_hasLatin1 = false;
};

void TestQuiet::initTestCase()
{
    m_hasLatin1 = m_locales.shell(u"localedef -i de_DE -f ISO-8859-1 ./de_DE.ISO-8859-1"_s);
}

void TestQuiet::addEnvironments() const
{
    QTest::addColumn<QString>("environment");
    QTest::newRow("C") << u"LC_ALL=C"_s;
    QTest::newRow("POSIX") << u"LC_ALL=POSIX"_s;
    QTest::newRow("C.UTF-8") << u"LC_ALL=C.UTF-8"_s;
    QTest::newRow("ISO-8859-1") << u"LOCPATH='%1' LC_ALL=de_DE.ISO-8859-1"_s.arg(m_locales.path());
    QTest::newRow("a locale that is missing") << u"LC_ALL=xx_XX.UTF-8"_s;
    QTest::newRow("empty") << u"-i"_s;
}

void TestQuiet::aProducerAndAConsumer()
{
    QFETCH(QString, environment);
    if (environment.contains("ISO-8859-1"_L1) && !m_hasLatin1)
        QSKIP("localedef(1) cannot make a locale in ISO-8859-1 here");
    const QString script = u"exec env %1 \"$@\""_s.arg(environment);
    BusDirectory directory;
    Program producer(producerOf(directory.bus()));
    Program consumer(consumerOf(directory.bus()));
    producer.setShell(script);
    consumer.setShell(script);
    QVERIFY(consumer.begin() && producer.begin() && producer.feed("\xe4\xff chunk\n"));
    EVENTUALLY_EQUAL(consumer.output(), "\xe4\xff chunk\n");
    QVERIFY(directory.shell(u"rm -r bus bus.d"_s));
    QVERIFY(producer.feed("again\n"));
    EVENTUALLY(consumer.output().endsWith("again\n"));
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), 0);
    QCOMPARE(producer.errors(), QByteArray());
    QCOMPARE(producer.output(), QByteArray());
    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), 128 + SIGTERM);
    QCOMPARE(consumer.errors(), QByteArray());
}

void TestQuiet::helpAndVersion()
{
    QFETCH(QString, environment);
    for (const QStringList &arguments : {QStringList{u"--help"_s}, QStringList{u"--version"_s},
                                         QStringList{u"producer"_s, u"-h"_s}, QStringList{u"help"_s, u"consumer"_s}}) {
        Program program(arguments);
        program.setShell(u"exec env %1 \"$@\""_s.arg(environment));
        QVERIFY(program.begin());
        QCOMPARE(program.status(), 0);
        QVERIFY(!program.output().isEmpty());
        QCOMPARE(program.errors(), QByteArray());
    }
}

void TestQuiet::whatIsVerboseSaysSomething_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<bool>("inDetail");
    QTest::newRow("-v") << QStringList{u"-v"_s} << false;
    QTest::newRow("-vv") << QStringList{u"-vv"_s} << true;
    QTest::newRow("-v --verbose") << QStringList{u"-v"_s, u"--verbose"_s} << true;
}

void TestQuiet::whatIsVerboseSaysSomething()
{
    QFETCH(QStringList, options);
    QFETCH(bool, inDetail);
    BusDirectory directory;
    Program producer(producerOf(directory.bus(), options));
    Program consumer(consumerOf(directory.bus(), options));
    QVERIFY(consumer.begin() && producer.begin() && producer.feed("12345"));
    EVENTUALLY_EQUAL(consumer.output(), "12345");
    producer.closeWriteChannel();
    QCOMPARE(producer.status(), 0);
    consumer.send(SIGTERM);
    QCOMPARE(consumer.status(), 128 + SIGTERM);
    for (Program *program : {&producer, &consumer}) {
        const QByteArray errors = program->errors();
        QVERIFY2(errors.contains(directory.bus().toUtf8()), errors);
        QVERIFY2(errors.contains("1 chunk, 5 bytes"), errors);
        QVERIFY2(errors.contains("read 5 bytes from standard input") == (inDetail && program == &producer), errors);
        for (const QByteArray &line : errors.chopped(1).split('\n'))
            QVERIFY2(line.startsWith("filebus: "), line);
    }
}

QTEST_GUILESS_MAIN(TestQuiet)
#include "tst_quiet.moc"
