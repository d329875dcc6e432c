// SPDX-License-Identifier: Apache-2.0
#include "directorylisting.h"

#include <dirent.h>
#include <memory>

namespace FileBus
{

QByteArrayList directoryListing(const QByteArray &directory, Names which)
{
    QByteArrayList names;
    const std::unique_ptr<DIR, int (*)(DIR *)> stream(::opendir(directory.constData()), &::closedir);
    while (const dirent *entry = stream ? ::readdir(stream.get()) : nullptr) {
        const QByteArrayView name(entry->d_name);
        if (name.startsWith('.') == (which == Names::Hidden) && name != "." && name != "..")
            names.append(name.toByteArray());
    }
    return names;
}

} // namespace FileBus
