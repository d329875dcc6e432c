// SPDX-License-Identifier: Apache-2.0
#include "system/linux/linuxsystem.h"

#include <QtCore/QFile>
#include <QtCore/QList>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace FileBus
{

namespace
{

QByteArray linkTarget(const char *path)
{
    char target[PATH_MAX];
    const ssize_t length = ::readlink(path, target, sizeof target);
    return {target, std::max<ssize_t>(length, 0)};
}

// The /proc that is mounted may be that of another PID namespace.
bool procIsOurs()
{
    return linkTarget("/proc/self") == QByteArray::number(::getpid());
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// As proc_locks(5) writes it.
QByteArray numbersOf(const struct stat &file)
{
    const auto two = [](unsigned number) { return QByteArray::number(number, 16).rightJustified(2, '0'); };
    return two(major(file.st_dev)) + ':' + two(minor(file.st_dev)) + ':' + QByteArray::number(quint64(file.st_ino));
}

// PF_EXITING of the kernel's sched.h: set before the files are closed.
bool isEnding(char state, quint64 flags)
{
    return state == 'Z' || state == 'X' || (flags & 4) != 0;
}

} // namespace

// Without /proc the C library knows the name.
QString LinuxSystem::program() const
{
    const QByteArray path = linkTarget("/proc/self/exe");
    return QFile::decodeName(path.isEmpty() ? QByteArray(program_invocation_short_name) : path.sliced(path.lastIndexOf('/') + 1));
}

QByteArray LinuxSystem::namespaces() const
{
    const QByteArray pid = linkTarget("/proc/self/ns/pid");
    return pid.isEmpty() ? pid : pid + linkTarget("/proc/self/ns/time");
}

ProcessState LinuxSystem::processState(qint64 pid) const
{
    const QByteArray line = procIsOurs() ? contentOf(QStringLiteral("/proc/%1/stat").arg(pid)) : QByteArray();
    const QList<QByteArray> fields = line.sliced(line.lastIndexOf(')') + 1).simplified().split(' '); // from the third on
    if (fields.size() < 20 || fields[0].isEmpty())
        return {};
    return {fields[19].toULongLong(), isEnding(fields[0][0], fields[6].toULongLong())};
}

// A process of another PID namespace is not listed.
qint64 LinuxSystem::lockHolder(const struct stat &file) const
{
    const QByteArray numbers = numbersOf(file);
    const auto lines = contentOf(QStringLiteral("/proc/locks")).split('\n');
    for (const QByteArray &line : lines) {
        const auto fields = line.simplified().split(' '); // "1: FLOCK ADVISORY WRITE 4711 fe:00:1234 0 EOF"
        if (fields.size() >= 6 && fields[1] == "FLOCK" && fields[5] == numbers)
            return fields[4].toLongLong();
    }
    return 0;
}

QByteArray LinuxSystem::processName(qint64 pid) const
{
    return contentOf(QStringLiteral("/proc/%1/comm").arg(pid)).trimmed();
}

} // namespace FileBus
