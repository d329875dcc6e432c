// SPDX-License-Identifier: Apache-2.0
#include "processtext.h"

#include <filebus/displaytext.h>

#include <QtCore/QCoreApplication>

namespace
{

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ProcessText)
};

bool isUnknown(const QString &program, qint64 pid)
{
    return pid == 0 && program.isEmpty();
}

} // namespace

QString ProcessText::program(const QString &program, qint64 pid)
{
    return isUnknown(program, pid) ? Words::tr("owner unknown") : FileBus::displayText(program);
}

QString ProcessText::process(const QString &program, qint64 pid, const QString &host)
{
    if (isUnknown(program, pid))
        return ProcessText::program(program, pid);
    return Words::tr("%1, PID %2 on %3")
        .arg(FileBus::displayText(program), pid == 0 ? Words::tr("unknown") : QString::number(pid), FileBus::displayText(host));
}
