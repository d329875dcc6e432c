// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "failure.h"
#include "qtpath.h"

#include <QtCore/QLockFile>

#include <memory>

namespace FileBus
{

/// Says that somebody lives who owns something: a QLockFile that is held for as long as the ownership lasts, names the owner,
/// and can be told from one that a crash left behind.
class OwnerFile
{
public:
    OwnerFile() = default;

    /// Creates DIRECTORY/NAME.owner; the name must be ours alone. Released with the object.
    static Result<OwnerFile> create(const QByteArray &directory, const QByteArray &name);

    /// Removes the owner file of a process that is gone; false if the owner lives, or is somebody else's to remove.
    /// To be called under the lock of the bus: QLockFile leaves a gap in which two could remove each other's new file.
    static bool removeIfDead(const QByteArray &directory, const QByteArray &name);

private:
    QtPath m_directory;
    std::unique_ptr<QLockFile> m_file;
};

} // namespace FileBus
