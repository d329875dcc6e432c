// SPDX-License-Identifier: Apache-2.0
#include "busdirectory.h"
#include "program.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

/// Programs that users wrote with QIODevice and the library, unchanged (tests/data/cases/library).
class TestUserPrograms : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMessageComesWhole_data();
    void aMessageComesWhole();
    void theFirstChunksAreReceivedOrCounted();
};

namespace
{

QString userProgram(const QString &name)
{
    return QStringLiteral(USER_PROGRAMS) + name;
}

} // namespace

void TestUserPrograms::aMessageComesWhole_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<int>("size"); // bytes, or pieces of ten bytes
    QTest::addColumn<QByteArray>("result");
    for (const int size : {100, 4'300'000, 9'000'000, 40'000'000})
        QTest::addRow("request of %d bytes", size) << u"stream-rpc"_s << size << "request 7 " + QByteArray::number(size);
    for (const int pieces : {10, 63, 64, 65, 200}) { // a window holds 64
        const QByteArray bytes = QByteArray::number(pieces * 10);
        QTest::addRow("line in %d pieces", pieces) << u"stream-line-deadlock"_s << pieces << "whole line " + bytes;
        QTest::addRow("message in %d pieces", pieces) << u"stream-transaction-deadlock"_s << pieces << "whole message " + bytes;
    }
}

void TestUserPrograms::aMessageComesWhole()
{
    QFETCH(const QString, program);
    QFETCH(const int, size);
    QFETCH(const QByteArray, result);
    BusDirectory directory;
    const QStringList rest{directory.bus(), QString::number(size), QString::number(patience)};
    QProcess server, client;
    for (QProcess *process : {&server, &client})
        process->setProcessChannelMode(QProcess::MergedChannels);
    server.start(userProgram(program), QStringList{u"server"_s} + rest);
    QVERIFY(server.waitForStarted());
    EVENTUALLY(QFile::exists(directory.bus() + u".b.d/inbox/a"_s)); // it has taken its end
    client.start(userProgram(program), QStringList{u"client"_s} + rest);
    QVERIFY(client.waitForFinished(patience) && server.waitForFinished(patience));
    const QByteArray said = server.readAll() + "client:\n" + client.readAll();
    QVERIFY2(server.exitCode() == 0 && client.exitCode() == 0, said.constData());
    QVERIFY2(said.contains(result + '\n'), said.constData());
}

void TestUserPrograms::theFirstChunksAreReceivedOrCounted()
{
    BusDirectory directory;
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(userProgram(u"first-chunks-uncounted"_s), {directory.bus()});
    QVERIFY(process.waitForFinished(patience));
    const QByteArrayList lines = process.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    for (const QByteArray &line : lines) {
        const QByteArray lost = line.sliced(line.indexOf(" lost ") + 6);
        const qsizetype received = line.count('"') / 2;
        QVERIFY2(received > 0 && received + lost.first(lost.indexOf(' ')).toInt() == 5, line.constData());
    }
}

QTEST_GUILESS_MAIN(TestUserPrograms)
#include "tst_user_programs.moc"
