// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QProcess>
#include <QtTest/QTest>

#include <sys/types.h>

/// How long a test waits for something that must happen, in ms. Only a failing test ever waits that long.
inline constexpr int patience = 30'000;

// QTRY_VERIFY and QTRY_COMPARE convert implicitly, which our warnings do not allow.
#define EVENTUALLY(condition) QVERIFY2(QTest::qWaitFor([&] { return bool(condition); }, patience), #condition)
#define EVENTUALLY_EQUAL(actual, expected)                                                                                       \
    do {                                                                                                                         \
        [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return (actual) == (expected); }, patience);                    \
        QCOMPARE(actual, expected);                                                                                              \
    } while (false)

/// One run of filebus, as from a shell. Killed with this object.
class Program : public QProcess
{
public:
    explicit Program(const QStringList &arguments);
    ~Program() override;
    Q_DISABLE_COPY_MOVE(Program)

    /// Runs it from bash, which has the program and its arguments in "$@": for redirections, environments and permissions.
    void setShell(const QString &script);

    /// Runs it as another user, which needs root: from a copy, because other users may not have access to the build.
    void setUser(uid_t user);
    void setUser(uid_t user, gid_t group);

    /// The standard input or output of the program, as descriptors of the test.
    void setInput(int descriptor);
    void setOutput(int descriptor);

    /// Starts it with a standard input that stays open. False if that fails.
    bool begin();

    /// Writes to its standard input. True once the kernel has the bytes.
    bool feed(const QByteArray &bytes);

    /// Its output so far.
    QByteArray output();
    QByteArray errors();

    void send(int signalNumber);

    /// Waits until its timers have made it look at the bus several times, which shows what it does not do: until it has gone back
    /// to sleep that often. Ten looks at the usual interval include the checks that it makes twice a second. False if it has
    /// ended.
    bool looksAgain(int times = 10);

    /// Waits for its end. Returns the status as a shell does, 128 + N after signal N, or -1 if it does not end.
    int status();

private:
    QStringList m_arguments;
    QString m_program;
    QString m_script;
    QByteArray m_outputSoFar;
    QByteArray m_errorsSoFar;
};

/// A pipe that preserves the boundaries of writes: one read returns the data of one write of at most a page (pipe(2), O_DIRECT).
class PacketPipe
{
public:
    PacketPipe();
    ~PacketPipe();
    Q_DISABLE_COPY_MOVE(PacketPipe)

    int readEnd() const { return m_ends[0]; }
    /// True once the kernel has it.
    bool feed(const QByteArray &packet) const;

private:
    int m_ends[2];
};

/// A pipe that accepts nothing until it is read.
class FullPipe
{
public:
    FullPipe();
    ~FullPipe();
    Q_DISABLE_COPY_MOVE(FullPipe)

    int writeEnd() const { return m_ends[1]; }

private:
    int m_ends[2];
};

/// Whether @p errors is a single message of filebus that names @p thing.
bool isOneLineAbout(const QByteArray &errors, const QString &thing);
#define VERIFY_ONE_LINE_ABOUT(errors, thing) QVERIFY2(isOneLineAbout(errors, thing), (errors).constData())

/// Whether @p errors holds only the messages of a consumer that was too slow for its bus.
bool tellsOnlyOfLosses(const QByteArray &errors);

/// The arguments for a producer and a consumer of @p bus.
QStringList producerOf(const QString &bus, const QStringList &options = {});
QStringList consumerOf(const QString &bus, const QStringList &options = {});

/// Runs a producer on @p input to the end. True if it succeeded without messages.
bool publish(const QString &bus, const QByteArray &input, const QStringList &options = {});
