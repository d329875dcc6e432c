// SPDX-License-Identifier: Apache-2.0
#include "file/disk/processidentity.h"

#include <QtCore/QFile>
#include <QtCore/QList>
#include <QtCore/QSysInfo>

#include <cerrno>
#include <climits>
#include <csignal>
#include <unistd.h>

namespace FileBus
{

namespace
{

constexpr qsizetype longestText = 255;
constexpr char sharedMark[] = "shared";

QByteArray linkTarget(const char *path)
{
    char target[PATH_MAX];
    const ssize_t length = ::readlink(path, target, sizeof target);
    return {target, std::max<ssize_t>(length, 0)};
}

QByteArray ownNamespaces()
{
    const QByteArray pid = linkTarget("/proc/self/ns/pid");
    return pid.isEmpty() ? pid : pid + linkTarget("/proc/self/ns/time");
}

QString ownProgram()
{
    const QByteArray path = linkTarget("/proc/self/exe");
    return QFile::decodeName(path.isEmpty() ? QByteArray(program_invocation_short_name) : path.sliced(path.lastIndexOf('/') + 1));
}

struct ProcessStat {
    char state = 0; ///< 0 if it cannot be read
    quint64 flags = 0;
    quint64 started = 0;

    // PF_EXITING of the kernel's sched.h: set before the files are closed.
    bool isEnding() const { return state == 'Z' || state == 'X' || (flags & 4) != 0; }
};

ProcessStat statOf(const QByteArray &process)
{
    QFile file(QFile::decodeName("/proc/" + process + "/stat"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray line = file.readAll();
    const QList<QByteArray> fields = line.sliced(line.lastIndexOf(')') + 1).simplified().split(' '); // from the third on
    if (fields.size() < 20 || fields[0].isEmpty())
        return {};
    return {fields[0][0], fields[6].toULongLong(), fields[19].toULongLong()};
}

// The /proc that is mounted may be that of another PID namespace.
bool procIsOurs()
{
    return linkTarget("/proc/self") == QByteArray::number(::getpid());
}

QByteArray line(const QString &text)
{
    return text.left(longestText).toUtf8().replace('\n', '?') + '\n';
}

} // namespace

ProcessIdentity ProcessIdentity::ofThisProcess()
{
    return {::getpid(),
            ownProgram(),
            QSysInfo::machineHostName(),
            QSysInfo::machineUniqueId(),
            QSysInfo::bootUniqueId(),
            ownNamespaces(),
            procIsOurs() ? statOf("self").started : 0,
            false};
}

QByteArray ProcessIdentity::toLines() const
{
    return QByteArray::number(pid) + '\n' + line(program) + line(host) + machine + '\n' + boot + '\n' + namespaces + ' '
        + QByteArray::number(started) + (locksMayNotReach ? QByteArray(" ") + sharedMark : QByteArray()) + '\n';
}

ProcessIdentity ProcessIdentity::fromLines(const QByteArray &lines)
{
    const QList<QByteArray> all = lines.split('\n');
    const QList<QByteArray> last = all.value(5).split(' ');
    return {std::max<qint64>(all.value(0).toLongLong(), 0),
            QString::fromUtf8(all.value(1)),
            QString::fromUtf8(all.value(2)),
            all.value(3),
            all.value(4),
            last.value(0),
            last.value(1).toULongLong(),
            last.value(2) == sharedMark};
}

ProcessIdentity::Relation ProcessIdentity::relationTo(const ProcessIdentity &ours) const
{
    if (boot.isEmpty() || boot == ours.boot)
        return pid > 0 && !boot.isEmpty() && !namespaces.isEmpty() && namespaces == ours.namespaces ? SameNamespace : SameKernel;
    // Copies of a virtual machine may have one machine id.
    return !machine.isEmpty() && machine == ours.machine && host == ours.host ? EarlierBoot : Elsewhere;
}

ProcessIdentity::Presence ProcessIdentity::presence() const
{
    if (pid > INT_MAX || (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH))
        return Gone;
    const ProcessStat now = procIsOurs() ? statOf(QByteArray::number(pid)) : ProcessStat();
    if (started == 0 || now.started == 0)
        return Unclear;
    if (now.started != started)
        return Gone; // the PID was given to another process
    return now.isEnding() ? Ending : Running;
}

} // namespace FileBus
