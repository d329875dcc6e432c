// SPDX-License-Identifier: Apache-2.0
#include "busesindirectory.h"

#include <QtCore/QFile>

#include <algorithm>
#include <dirent.h>
#include <memory>
#include <sys/stat.h>

namespace
{

bool isRegularFile(const QByteArray &path)
{
    struct stat status;
    return ::lstat(path.constData(), &status) == 0 && S_ISREG(status.st_mode);
}

bool startsAsChunk(const QByteArray &path)
{
    QFile file(QFile::decodeName(path));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QByteArray name = file.read(16);
    return name.startsWith(QByteArray("from_server\0", 12)) || name.startsWith(QByteArray("./from_server\0", 14));
}

// A bus holds a chunk, or a producer has created its lock.
bool isBus(const QByteArray &path)
{
    return isRegularFile(path) && !path.endsWith(".lock") && (startsAsChunk(path) || isRegularFile(path + ".lock"));
}

} // namespace

QByteArrayList busesInDirectory(const QByteArray &directory)
{
    QByteArrayList buses;
    const std::unique_ptr<DIR, int (*)(DIR *)> listing(::opendir(directory.constData()), ::closedir);
    while (const dirent *entry = listing ? ::readdir(listing.get()) : nullptr) {
        const QByteArray path = directory + '/' + entry->d_name;
        if (isBus(path))
            buses.append(path);
    }
    std::sort(buses.begin(), buses.end());
    return buses;
}
