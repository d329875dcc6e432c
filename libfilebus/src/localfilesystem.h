// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

namespace FileBus
{

/// Whether a directory is on a file system that only this kernel changes, so that inotify(7) tells whatever it is asked for.
/// False for all that is not known to be so: network file systems, FUSE, overlays.
bool isOnLocalFileSystem(const QByteArray &directory);

} // namespace FileBus
