// SPDX-License-Identifier: Apache-2.0
#include "file/disk/processidentity.h"

#include "system/system.h"

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

QByteArray line(const QString &text)
{
    return text.left(longestText).toUtf8().replace('\n', '?') + '\n';
}

} // namespace

ProcessIdentity ProcessIdentity::ofThisProcess()
{
    const System &system = System::current();
    return {::getpid(),
            system.program(),
            QSysInfo::machineHostName(),
            QSysInfo::machineUniqueId(),
            QSysInfo::bootUniqueId(),
            system.namespaces(),
            system.processState(::getpid()).started,
            false};
}

// What a QLockFile writes, and more where there is more.
QByteArray ProcessIdentity::toLines() const
{
    QByteArray lines = QByteArray::number(pid) + '\n' + line(program) + line(host) + machine + '\n' + boot + '\n';
    if (namespaces.isEmpty() && started == 0 && !locksMayNotReach)
        return lines;
    return lines + namespaces + ' ' + QByteArray::number(started)
        + (locksMayNotReach ? QByteArray(" ") + sharedMark : QByteArray()) + '\n';
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
    const ProcessState now = System::current().processState(pid);
    if (started == 0 || now.started == 0)
        return Unclear;
    if (now.started != started)
        return Gone; // the PID was given to another process
    return now.isEnding ? Ending : Running;
}

} // namespace FileBus
