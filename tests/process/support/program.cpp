// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include "processfigures.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace
{

// A directory with copies of program and library that every user can run.
QString publicCopy()
{
    static const QTemporaryDir directory;
    static const bool made = [] {
        QFile::setPermissions(directory.path(), QFile::permissions(QStringLiteral(FILEBUS_PROGRAM)));
        return QFile::copy(QStringLiteral(FILEBUS_PROGRAM), directory.filePath(u"filebus"_s))
            && QFile::copy(QStringLiteral(FILEBUS_LIBRARY),
                           directory.filePath(QFileInfo(QStringLiteral(FILEBUS_LIBRARY)).fileName()));
    }();
    return made ? directory.path() : QString();
}

} // namespace

Program::Program(const QStringList &arguments)
    : m_arguments(arguments)
    , m_program(QStringLiteral(FILEBUS_PROGRAM))
{ }

Program::~Program()
{
    kill();
    waitForFinished();
}

void Program::setShell(const QString &script)
{
    m_script = script;
}

void Program::setUser(uid_t user)
{
    setUser(user, user);
}

void Program::setUser(uid_t user, gid_t group)
{
    m_program = publicCopy() + u"/filebus"_s;
    m_script = u"LD_LIBRARY_PATH='%1' exec setpriv --reuid=%2 --regid=%2 --groups=%3 \"$@\""_s.arg(
        publicCopy(), QString::number(user), QString::number(group));
}

void Program::setInput(int descriptor)
{
    setChildProcessModifier([descriptor] { ::dup2(descriptor, STDIN_FILENO); });
}

void Program::setOutput(int descriptor)
{
    setChildProcessModifier([descriptor] { ::dup2(descriptor, STDOUT_FILENO); });
}

bool Program::begin()
{
    if (m_script.isEmpty())
        start(m_program, m_arguments);
    else
        start(u"bash"_s, QStringList{u"-c"_s, m_script, u"bash"_s, m_program} + m_arguments);
    return waitForStarted(patience);
}

bool Program::feed(const QByteArray &bytes)
{
    write(bytes);
    while (bytesToWrite() > 0) {
        if (!waitForBytesWritten(patience))
            return false;
    }
    return true;
}

QByteArray Program::output()
{
    return m_outputSoFar += readAllStandardOutput();
}

QByteArray Program::errors()
{
    return m_errorsSoFar += readAllStandardError();
}

void Program::send(int signalNumber)
{
    ::kill(static_cast<pid_t>(processId()), signalNumber);
}

bool Program::looksAgain(int times)
{
    const qint64 enough = ProcessFigures::sleeps(processId()) + times;
    const auto hasLooked = [&] { return state() != Running || ProcessFigures::sleeps(processId()) >= enough; };
    return QTest::qWaitFor(hasLooked, patience) && state() == Running;
}

int Program::status()
{
    if (state() != NotRunning && !waitForFinished(patience))
        return -1;
    return exitStatus() == CrashExit ? 128 + exitCode() : exitCode();
}

PacketPipe::PacketPipe()
{
    if (::pipe2(m_ends, O_DIRECT | O_CLOEXEC) != 0)
        qFatal("no pipe: %s", std::strerror(errno));
}

PacketPipe::~PacketPipe()
{
    ::close(m_ends[0]);
    ::close(m_ends[1]);
}

bool PacketPipe::feed(const QByteArray &packet) const
{
    return ::write(m_ends[1], packet.constData(), static_cast<size_t>(packet.size())) == packet.size();
}

FullPipe::FullPipe()
{
    if (::pipe2(m_ends, O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("no pipe");
    const QByteArray page(4096, 'x');
    while (::write(m_ends[1], page.constData(), size_t(page.size())) > 0) { }
}

FullPipe::~FullPipe()
{
    ::close(m_ends[0]);
    ::close(m_ends[1]);
}

bool isOneLineAbout(const QByteArray &errors, const QString &thing)
{
    return errors.startsWith("filebus: ") && errors.endsWith('\n') && errors.count('\n') == 1 && errors.contains(thing.toUtf8());
}

bool tellsOnlyOfLosses(const QByteArray &errors)
{
    static const QRegularExpression losses(u"\\A(filebus: \\d+ chunks? lost\\b[^\\n]*\\n)*\\z"_s);
    return losses.match(QString::fromUtf8(errors)).hasMatch();
}

QStringList producerOf(const QString &bus, const QStringList &options)
{
    return QStringList{u"--filename"_s, bus, u"producer"_s} + options;
}

QStringList consumerOf(const QString &bus, const QStringList &options)
{
    return QStringList{u"--filename"_s, bus, u"consumer"_s} + options;
}

bool publish(const QString &bus, const QByteArray &input, const QStringList &options)
{
    Program producer(producerOf(bus, options));
    if (!producer.begin() || !producer.feed(input))
        return false;
    producer.closeWriteChannel();
    const int status = producer.status();
    if (status != 0 || !producer.errors().isEmpty())
        qWarning("a producer ended with status %d: %s", status, producer.errors().constData());
    return status == 0 && producer.errors().isEmpty();
}
