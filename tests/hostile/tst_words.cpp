// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "exitstatus.h"
#include "program.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStringDecoder>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

/// Names chosen by others: of files, programs, hosts, subscriptions and owners. None of them may move the cursor of a terminal,
/// set its title or clipboard, reverse its text or look like one of our lines; and none is used as a template.
class TestWords : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingReachesTheTerminal_data();
    void nothingReachesTheTerminal();
    void jsonTellsTheSameInHarmlessBytes();
    void aLongNameIsCut();
    void nothingIsSubstituted_data();
    void nothingIsSubstituted();
};

namespace
{

// As bash reads it: a window title, a forged line, a colour by C1 in UTF-8, right-to-left text, a byte that is not UTF-8.
const QString evil = u"$'b\\x1b]0;owned\\x07\\nfilebus: forged\\xc2\\x9b31m\\xe2\\x80\\xae\\x7f\\xff%1'"_s;
// The same, limited to valid names of subscriptions.
const QString evilName = u"$'n\\xc2\\x9b31m\\xe2\\x80\\xae\\xf3\\xa0\\x80\\x81%1'"_s;

bool makeEvilBus(const BusDirectory &directory)
{
    return directory.shell(
        QStringLiteral("b=%1; cp '%2/hostile/program-escapes.bus' \"$b\"; mkdir -p \"$b.d\"/{producers,inbox}; "
                       "cd \"$b.d\"; mkdir inbox/%3 inbox/%1; "
                       "printf '4711\\n\\033[2Jprogram\\302\\233\\nhost\\033]52;c;aGk=\\007\\n\\n\\n' "
                       "| tee inbox/%3.owner inbox/%1.owner "
                       ">producers/11111111-2222-3333-4444-555555555555.owner")
            .arg(evil, QStringLiteral(TEST_DATA), evilName));
}

// The first text that a terminal would not show verbatim, or that looks like one of our messages but is not; empty if there is
// none.
QByteArray harmIn(const QByteArray &output)
{
    QStringDecoder utf8(QStringDecoder::Utf8, QStringConverter::Flag::ConvertInitialBom);
    const QString text = utf8(output);
    if (utf8.hasError())
        return "not UTF-8: " + output.toPercentEncoding(" \n");
    for (const char32_t character : text.toUcs4()) {
        const QChar::Category category = QChar::category(character);
        if ((category == QChar::Other_Control && character != '\n') || category == QChar::Other_Format)
            return "U+" + QByteArray::number(uint(character), 16) + " in " + output.toPercentEncoding(" \n");
    }
    if (text.contains(u"\nfilebus: forged") || text.contains(u"\nfake line"))
        return "a forged line: " + output;
    return {};
}

// Runs filebus with the arguments as bash expands them.
void giveArguments(Program &program, const BusDirectory &directory, const QString &arguments)
{
    program.setShell(u"cd '%1' && exec \"$1\" %2"_s.arg(directory.path(), arguments));
}

} // namespace

void TestWords::nothingReachesTheTerminal_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<int>("status");
    const QString onBus = u"-vv --filename "_s + evil + u' ';
    QTest::newRow("status") << u"status "_s + evil << ExitStatus::success;
    QTest::newRow("status as JSON") << u"status --json "_s + evil << ExitStatus::success;
    QTest::newRow("status of nothing") << u"status "_s + evil + evil << ExitStatus::notABus;
    QTest::newRow("status of a directory") << u"status "_s + evil + u".d"_s << ExitStatus::notABus;
    QTest::newRow("consumer") << onBus + u"--progress consumer --once"_s << ExitStatus::success;
    QTest::newRow("consumer of nothing") << u"--filename %1%1 -vv consumer --timeout 0.1"_s.arg(evil)
                                         << ExitStatus::temporaryFailure;
    QTest::newRow("consumer of a directory") << u"--filename %1.d consumer"_s.arg(evil) << ExitStatus::notABus;
    QTest::newRow("lossless consumer") << onBus + u"--lossless consumer --timeout 0.1"_s << ExitStatus::temporaryFailure;
    QTest::newRow("consumer with a name") << onBus + u"--lossless consumer --timeout 0.1 --name "_s + evilName
                                          << ExitStatus::temporaryFailure;
    QTest::newRow("producer") << onBus + u"--progress producer"_s << ExitStatus::success;
    QTest::newRow("producer into nothing") << u"--filename %1%1/x producer"_s.arg(evil) << ExitStatus::notABus;
    QTest::newRow("lossless producer") << onBus + u"--lossless producer --no-drain --lock-timeout 0.1 <<<x"_s << -1;
    QTest::newRow("unsubscribe") << onBus + u"unsubscribe "_s + evilName << ExitStatus::success;
    QTest::newRow("unsubscribe nobody") << onBus + u"unsubscribe nobody"_s + evilName << ExitStatus::notABus;
    QTest::newRow("unsubscribe a name that cannot be") << onBus + u"unsubscribe "_s + evil << ExitStatus::usage;
    QTest::newRow("stream") << u"--filename %1%1/x -vv stream --no-wait"_s.arg(evil) << ExitStatus::notABus;
    QTest::newRow("a command") << evil << ExitStatus::usage;
    QTest::newRow("an option") << u"--"_s + evil << ExitStatus::usage;
    QTest::newRow("a short option") << u"-"_s + evil << ExitStatus::usage;
    QTest::newRow("an option that takes no value") << u"--lossless=%1 consumer"_s.arg(evil) << ExitStatus::usage;
    QTest::newRow("an option short for several") << u"--l%1 consumer"_s.arg(evil) << ExitStatus::usage;
    QTest::newRow("a topic") << u"help "_s + evil << ExitStatus::usage;
    QTest::newRow("a number") << u"--filename x consumer --count "_s + evil << ExitStatus::usage;
    QTest::newRow("seconds") << u"--filename x consumer --timeout "_s + evil << ExitStatus::usage;
    QTest::newRow("a beginning") << u"--filename x consumer --from "_s + evil << ExitStatus::usage;
    QTest::newRow("a format") << u"--filename x --format %1 consumer"_s.arg(evil) << ExitStatus::usage;
    QTest::newRow("too many words") << u"--filename x consumer "_s + evil << ExitStatus::usage;
    QTest::newRow("a joined command") << u"--filename x stream -- "_s + evil << ExitStatus::inputOutput;
}

void TestWords::nothingReachesTheTerminal()
{
    QFETCH(QString, arguments);
    QFETCH(int, status);
    BusDirectory directory;
    QVERIFY(makeEvilBus(directory));
    Program program({});
    giveArguments(program, directory, arguments);
    QVERIFY(program.begin());
    program.closeWriteChannel();
    const int ended = status < 0 && !program.waitForFinished(300) ? -1 : program.status();
    QVERIFY2(status < 0 || ended == status, program.errors().constData());
    QCOMPARE(harmIn(program.output()), QByteArray());
    QCOMPARE(harmIn(program.errors()), QByteArray());
}

void TestWords::jsonTellsTheSameInHarmlessBytes()
{
    BusDirectory directory;
    QVERIFY(makeEvilBus(directory));
    Program program({});
    giveArguments(program, directory, u"status --json "_s + evil);
    QVERIFY(program.begin());
    QCOMPARE(program.status(), ExitStatus::success);
    QCOMPARE(program.output().count('\n'), 1);
    QCOMPARE(harmIn(program.output()), QByteArray());
    const QJsonObject bus = QJsonDocument::fromJson(program.output()).object();
    QVERIFY(bus["file"_L1].toString().contains(u"/b\x1b]0;owned\x07\nfilebus: forged\u009b31m\u202e\x7f"));
    QStringList programs, names;
    for (const QJsonValue producer : bus["producers"_L1].toArray())
        programs += producer["program"_L1].toString();
    for (const QJsonValue subscriber : bus["subscribers"_L1].toArray())
        names += subscriber["name"_L1].toString();
    QVERIFY(programs.contains(u"\x1b]52;c;aGk=\x07\x1b[2J\x1b]0;owned\x07"
                              "EVIL"_s));
    QVERIFY(programs.contains(u"\x1b[2Jprogram\u009b"_s));
    QVERIFY(std::any_of(names.begin(), names.end(),
                        [](const QString &name) { return name.startsWith(u"n\u009b31m\u202e\U000E0001"); }));
}

void TestWords::aLongNameIsCut()
{
    BusDirectory directory;
    QVERIFY(directory.shell(QStringLiteral("cp '%1/hostile/program-60000-characters.bus' bus").arg(QStringLiteral(TEST_DATA))));
    Program json({u"status"_s, u"--json"_s, directory.bus()});
    QVERIFY(json.begin());
    QCOMPARE(json.status(), ExitStatus::success);
    const QJsonObject producer = QJsonDocument::fromJson(json.output())["producers"_L1][0].toObject();
    QCOMPARE(producer["program"_L1].toString().size(), 255);
    Program text({u"status"_s, directory.bus()});
    QVERIFY(text.begin());
    QCOMPARE(text.status(), ExitStatus::success);
    QVERIFY(text.output().size() < 3000);
}

void TestWords::nothingIsSubstituted_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("said");
    const QString name = u"my%20file%1 %2b%L3%n"_s;
    QTest::newRow("consumer") << u"--filename '%1' consumer --timeout 0.2"_s.replace(u"%1"_s, name)
                              << u"/my%20file%1 %2b%L3%n for 0.2 s"_s;
    QTest::newRow("producer") << u"--filename '%1/x' producer"_s.replace(u"%1"_s, name) << name;
    QTest::newRow("status") << u"status '%1'"_s.replace(u"%1"_s, name) << name;
    QTest::newRow("owner") << u"status bus"_s << u"%1%2b, PID 4711 on %L3%n,"_s;
    QTest::newRow("subscriber") << u"status bus"_s << u"my%20name%1: %1%2b, PID 4711 on %L3%n,"_s;
    QTest::newRow("unsubscribe") << u"--filename bus unsubscribe '%1'"_s.replace(u"%1"_s, name)
                                 << u"has no subscription named my%20file%1 %2b%L3%n"_s;
    QTest::newRow("stream") << u"--filename '%1/x' stream"_s.replace(u"%1"_s, name) << name;
    QTest::newRow("usage") << u"--filename bus consumer --count '%1'"_s.replace(u"%1"_s, name)
                           << u"argument --count: 'my%20file%1 %2b%L3%n' is not a whole number from 1"_s;
}

void TestWords::nothingIsSubstituted()
{
    QFETCH(QString, arguments);
    QFETCH(QString, said);
    BusDirectory directory;
    QVERIFY(directory.shell(u"mkdir -p bus.d/producers 'bus.d/inbox/my%20name%1'; "
                            "printf '4711\\n%%1%%2b\\n%%L3%%n\\n\\n\\n' | tee 'bus.d/inbox/my%20name%1.owner' "
                            ">bus.d/producers/11111111-2222-3333-4444-555555555555.owner"_s));
    Program program({});
    program.setShell(u"cd '%1' && exec \"$1\" "_s.arg(directory.path()) + arguments);
    QVERIFY(program.begin());
    program.closeWriteChannel();
    QVERIFY(program.status() >= 0);
    const QByteArray shown = program.output() + program.errors();
    QVERIFY2(shown.contains(said.toUtf8()), shown.constData());
}

QTEST_GUILESS_MAIN(TestWords)
#include "tst_words.moc"
