// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"

#include <QtCore/QByteArray>

namespace FileBus
{

/// Keeps programs that remove old files, as systemd-tmpfiles(8), out of a directory and of all that is in it, for as long as the
/// object lives: they pass over a directory whose flock(2) somebody shares (tmpfiles.d(5)). Nobody else heeds that lock, so it
/// holds nobody up. Where it cannot be had, there is no guard.
class CleanerGuard
{
public:
    explicit CleanerGuard(const QByteArray &directory);

private:
    UniqueFd m_fd;
};

/// The same for a file in a directory that is not ours to lock: makes it look as if it had just been read. Its modification time,
/// which is part of a chunk's identity, stays. To be repeated more often than such programs wait, which is days.
void refreshFile(const QByteArray &path);

} // namespace FileBus
