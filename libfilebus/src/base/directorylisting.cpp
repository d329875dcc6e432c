// SPDX-License-Identifier: Apache-2.0
#include "base/directorylisting.h"

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <dirent.h>
#include <memory>

namespace FileBus
{

namespace
{

Failure listingFailure(const QByteArray &directory)
{
    return Failure::fromErrno(
        errno, QCoreApplication::translate("FileBus::DirectoryListing", "cannot list %1").arg(shownPath(directory)), directory);
}

} // namespace

Result<QByteArrayList> directoryListing(const QByteArray &directory, Names which)
{
    const std::unique_ptr<DIR, int (*)(DIR *)> stream(::opendir(directory.constData()), &::closedir);
    if (!stream)
        return errno == ENOENT || errno == ENOTDIR ? Result<QByteArrayList>(QByteArrayList()) : listingFailure(directory);
    QByteArrayList names;
    errno = 0;
    while (const dirent *entry = ::readdir(stream.get())) {
        const QByteArrayView name(entry->d_name);
        if (name.startsWith('.') == (which == Names::Hidden) && name != "." && name != "..")
            names.append(name.toByteArray());
        errno = 0;
    }
    if (errno != 0)
        return listingFailure(directory);
    return names;
}

} // namespace FileBus
