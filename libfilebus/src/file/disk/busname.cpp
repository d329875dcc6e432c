// SPDX-License-Identifier: Apache-2.0
#include "file/disk/busname.h"

#include "bus/clusteraddress.h"

#include <filebus/busaddress.h>
#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <sys/stat.h>

namespace FileBus
{

namespace
{

struct NameText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::BusName)
};

bool endsInDirectory(const QByteArray &path)
{
    const QByteArray name = path.sliced(path.lastIndexOf('/') + 1);
    return name.isEmpty() || name == "." || name == "..";
}

} // namespace

Outcome checkFileName(const QByteArray &path)
{
    if (path.isEmpty())
        return Failure{Error::InvalidName, NameText::tr("the file name is empty; set one first")};
    if (path.contains('\0'))
        return Failure{Error::InvalidName,
                       NameText::tr("the file name %1 contains a NUL byte; choose another one").arg(shownPath(path))};
    if (endsInDirectory(path))
        return Failure{Error::InvalidName, NameText::tr("%1 names a directory; append the name of a file").arg(shownPath(path))};
    if (!path.startsWith('/'))
        return Failure{
            Error::DirectoryMissing,
            NameText::tr(
                "the relative path %1 cannot be resolved, because the working directory was removed; use an absolute path")
                .arg(shownPath(path))};
    return done();
}

Outcome checkStreamName(const QByteArray &path)
{
    if (ClusterAddress::isOne(path))
        return Failure{Error::NotSupported,
                       NameText::tr("%1 is the address of a cluster, which carries no streams in this version; use a path")
                           .arg(displayAddress(path))};
    struct stat status;
    Outcome named = checkFileName(path);
    if (!named || ::stat(path.constData(), &status) != 0 || !S_ISDIR(status.st_mode))
        return named;
    return Failure{Error::NotARegularFile,
                   NameText::tr("%1 is a directory, and a stream needs a name of its own; append one").arg(shownPath(path))};
}

} // namespace FileBus
