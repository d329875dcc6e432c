// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "failure.h"
#include "qtpath.h"

#include <QtCore/QByteArrayList>
#include <QtCore/QLockFile>

#include <memory>
#include <optional>

namespace FileBus
{

/// Who an owner file names.
struct Owner {
    qint64 pid = 0;
    QString host;
    QString program;
    qint64 since = 0;              ///< when it began, in nanoseconds since 1970
    bool alive = false;            ///< it is locked, which only a living process does
    std::optional<quint32> userId; ///< whose file it is

    /// "PID 4711 (filebus) on host", safe to show.
    QString shown() const;
};

/// Says that somebody lives who owns something: a QLockFile that is held for as long as the ownership lasts, names the owner,
/// and can be told from one that a crash left behind.
class OwnerFile
{
public:
    OwnerFile() = default;

    /// Creates DIRECTORY/NAME.owner; the name must be ours alone. Released with the object.
    static Result<OwnerFile> create(const QByteArray &directory, const QByteArray &name);

    /// The names that have an owner file in @p directory.
    static QByteArrayList namesIn(const QByteArray &directory);

    /// Who owns, or owned, DIRECTORY/NAME.owner; nothing if it cannot be read. Writes nothing. Who cannot
    /// be judged right now is taken for alive.
    static std::optional<Owner> read(const QByteArray &directory, const QByteArray &name);

    /// Removes the owner file of a process that is gone; false if the owner lives, cannot be judged right now, or is somebody
    /// else's to remove.
    static bool removeIfDead(const QByteArray &directory, const QByteArray &name);

private:
    QtPath m_directory;
    std::unique_ptr<QLockFile> m_file;
};

} // namespace FileBus
