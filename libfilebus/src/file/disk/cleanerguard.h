// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"

#include <QtCore/QByteArray>

namespace FileBus
{

/// Keeps programs that remove old files, such as systemd-tmpfiles(8), out of a directory and everything in it as long as the
/// object lives: they skip a directory on which somebody holds a shared flock(2) (tmpfiles.d(5)). Nobody else looks at that lock,
/// so it blocks nobody. If it cannot be taken, there is no guard.
class CleanerGuard
{
public:
    explicit CleanerGuard(const QByteArray &directory);

private:
    UniqueFd m_fd;
};

/// The same for a file in a directory that is not ours to lock: makes it look as if it had just been read. The modification time
/// stays, because it is part of a chunk's identity. Such programs wait for days, so call this more often than that.
void refreshFile(const QByteArray &path);

} // namespace FileBus
