// SPDX-License-Identifier: Apache-2.0
#include "file/disk/ownerfile.h"
#include "file/disk/ownerjudgement.h"

#include <QtCore/QCoreApplication>

namespace FileBus
{

namespace
{
struct OwnerText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::Owner)
};
} // namespace

QString Owner::name() const
{
    if (pid == 0)
        return OwnerText::tr("an unknown process");
    return OwnerText::tr("PID %1 (%2) on %3").arg(QString::number(pid), displayText(program), displayText(host));
}

QString Owner::shown() const
{
    if (life != Life::Unknown)
        return name();
    return OwnerText::tr("%1, whose state cannot be determined from here (if it is gone, remove %2)")
        .arg(name(), shownPath(path));
}

} // namespace FileBus
