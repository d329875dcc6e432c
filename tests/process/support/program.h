// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QProcess>
#include <QtTest/QTest>

#include <sys/types.h>

/// How long a test waits for what must come, in ms. Only a test that fails ever waits so long.
inline constexpr int patience = 30'000;

// QTRY_VERIFY and QTRY_COMPARE convert implicitly, which our warnings do not allow.
#define EVENTUALLY(condition) QVERIFY2(QTest::qWaitFor([&] { return bool(condition); }, patience), #condition)
#define EVENTUALLY_EQUAL(actual, expected)                                                                                       \
    do {                                                                                                                         \
        [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return (actual) == (expected); }, patience);                    \
        QCOMPARE(actual, expected);                                                                                              \
    } while (false)

/// One run of filebus, as a shell would run it. It is killed with this object.
class Program : public QProcess
{
public:
    explicit Program(const QStringList &arguments);
    ~Program() override;
    Q_DISABLE_COPY_MOVE(Program)

    /// To be run by bash, which knows the program and its arguments as "$@": for redirections, environments and rights.
    void setShell(const QString &script);

    /// To be run as another user, which only root can do: from a copy, as the build may lie where nobody else can go.
    void setUser(uid_t user);
    void setUser(uid_t user, gid_t group);

    /// The standard input, or the standard output, of the program, from the descriptors of the test.
    void setInput(int descriptor);
    void setOutput(int descriptor);

    /// Starts it, with a standard input that stays open; false if that fails.
    bool begin();

    /// Writes to its standard input; true when the kernel has the bytes.
    bool feed(const QByteArray &bytes);

    /// What it has written so far.
    QByteArray output();
    QByteArray errors();

    void send(int signalNumber);

    /// Waits for its end: the status as a shell gives it, 128 + N after signal N; -1 if it does not end.
    int status();

private:
    QStringList m_arguments;
    QString m_program;
    QString m_script;
    QByteArray m_outputSoFar;
    QByteArray m_errorsSoFar;
};

/// A pipe that keeps the bounds of writes: one read gets what one write of at most a page gave (pipe(2), O_DIRECT).
class PacketPipe
{
public:
    PacketPipe();
    ~PacketPipe();
    Q_DISABLE_COPY_MOVE(PacketPipe)

    int readEnd() const { return m_ends[0]; }
    /// True when the kernel has it.
    bool feed(const QByteArray &packet) const;

private:
    int m_ends[2];
};

/// A pipe that takes nothing, until it is read.
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

/// Whether @p errors is one sentence of filebus that names @p thing.
bool isOneLineAbout(const QByteArray &errors, const QString &thing);
#define VERIFY_ONE_LINE_ABOUT(errors, thing) QVERIFY2(isOneLineAbout(errors, thing), (errors).constData())

/// Whether @p errors holds nothing but what a consumer says that was too slow for its bus.
bool tellsOnlyOfLosses(const QByteArray &errors);

/// The arguments for a producer and a consumer of @p bus.
QStringList producerOf(const QString &bus, const QStringList &options = {});
QStringList consumerOf(const QString &bus, const QStringList &options = {});

/// Runs a producer on @p input, from its start to its end. True if it ended well and without a word.
bool publish(const QString &bus, const QByteArray &input, const QStringList &options = {});
