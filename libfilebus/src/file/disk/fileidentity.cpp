// SPDX-License-Identifier: Apache-2.0
#include "file/disk/fileidentity.h"

#include "base/clock.h"

namespace FileBus
{

FileIdentity FileIdentity::of(const struct stat &status)
{
    return {status.st_dev, status.st_ino, status.st_size, modificationTime(status), status.st_uid};
}

bool isFileAt(const QByteArray &path, const struct stat &file, Freshness freshness)
{
    struct stat there;
    lookUp(path, freshness);
    return ::lstat(path.constData(), &there) == 0 && FileIdentity::of(there).isSameFile(FileIdentity::of(file));
}

} // namespace FileBus
