// SPDX-License-Identifier: Apache-2.0
#include "processfigures.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtTest/QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace
{

QByteArray read(qint64 pid, const QString &name)
{
    QFile file(u"/proc/%1/%2"_s.arg(QString::number(pid), name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

qint64 statusField(qint64 pid, QByteArrayView name)
{
    for (const QByteArray &line : read(pid, u"status"_s).split('\n')) {
        if (line.startsWith(name))
            return line.sliced(name.size()).simplified().split(' ').constFirst().toLongLong();
    }
    return -1;
}

} // namespace

namespace ProcessFigures
{

qint64 cpuTime(qint64 pid)
{
    const QByteArray stat = read(pid, u"stat"_s);
    const auto fields = stat.sliced(stat.lastIndexOf(')') + 2).split(' '); // the name may contain blanks; state is field 3
    constexpr int userTime = 14 - 3;
    return (fields[userTime].toLongLong() + fields[userTime + 1].toLongLong()) * 1000 / ::sysconf(_SC_CLK_TCK);
}

qint64 sleeps(qint64 pid)
{
    return statusField(pid, "voluntary_ctxt_switches:");
}

// The measured time; nothing is awaited.
Effort effortInASecond(qint64 pid)
{
    const Effort before{cpuTime(pid), sleeps(pid)};
    QTest::qWait(1000);
    return {cpuTime(pid) - before.cpuTime, sleeps(pid) - before.sleeps};
}

bool isStopped(qint64 pid)
{
    return read(pid, u"status"_s).contains("State:\tT");
}

qint64 peakMemory(qint64 pid)
{
    return statusField(pid, "VmHWM:");
}

// proc(5), fdinfo: "inotify wd:1 ino:2f sdev:1b mask:fc6 ..."
bool watches(qint64 pid, const QString &directory)
{
    struct stat status = {};
    ::stat(QFile::encodeName(directory).constData(), &status);
    const QByteArray inode = " ino:" + QByteArray::number(quint64(status.st_ino), 16) + ' ';
    for (const QString &descriptor : QDir(u"/proc/%1/fdinfo"_s.arg(pid)).entryList(QDir::Files)) {
        const QByteArray info = read(pid, u"fdinfo/"_s + descriptor);
        if (info.contains("inotify wd:") && info.contains(inode))
            return true;
    }
    return false;
}

} // namespace ProcessFigures
