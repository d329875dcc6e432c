// SPDX-License-Identifier: Apache-2.0
#include "base/fullwrite.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace FileBus
{

bool writeAt(int fd, const QByteArray &bytes, off_t offset)
{
    qsizetype written = 0;
    while (written < bytes.size()) {
        const ssize_t count =
            ::pwrite(fd, bytes.constData() + written, static_cast<size_t>(bytes.size() - written), offset + written);
        if (count < 0 && errno != EINTR)
            return false;
        written += std::max<ssize_t>(count, 0);
    }
    return true;
}

} // namespace FileBus
