// SPDX-License-Identifier: Apache-2.0
#include "directorylisting.h"

#include <dirent.h>
#include <memory>

namespace FileBus
{

QByteArrayList directoryListing(const QByteArray &directory)
{
    QByteArrayList names;
    const std::unique_ptr<DIR, int (*)(DIR *)> stream(::opendir(directory.constData()), &::closedir);
    while (const dirent *entry = stream ? ::readdir(stream.get()) : nullptr) {
        if (entry->d_name[0] != '.')
            names.append(entry->d_name);
    }
    return names;
}

} // namespace FileBus
