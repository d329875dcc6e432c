// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/freshness.h"
#include "file/disk/ownerjudgement.h"

#include <QtCore/QByteArrayList>

#include <memory>
#include <optional>

namespace FileBus
{

/// Who an owner file names.
struct Owner {
    qint64 pid = 0; ///< 0 if the file does not tell
    QString host;
    QString program;
    std::optional<quint32> userId; ///< whose file it is
    qint64 since = 0;              ///< when it began, in nanoseconds since 1970; 0 if unknown
    QByteArray path;               ///< of the owner file
    /// It may live, and yet the file is not locked here: it is on the other side of a mount, where our locks do not count either.
    bool isBeyondReach = false;
    bool isThisProcess = false; ///< as far as the file tells: it may be a copy
    Life life = Life::Unknown;

    /// Whether the owner counts as alive, as one whose state cannot be determined does.
    bool lives() const { return life != Life::Gone; }

    /// "PID 4711 (filebus) on host", safe to show.
    QString name() const;
    /// The same, and what to do if the state of the owner cannot be determined.
    QString shown() const;
};

/// Says that the owner of something is alive: a file that names the owner, stays locked for as long as the ownership lasts, and
/// can be distinguished from one that a crash left behind. It gets its name only once it is complete and locked, so no further
/// lock is needed to judge it.
class OwnerFile
{
public:
    OwnerFile() = default;

    /// Creates DIRECTORY/NAME.owner. Released with the object, by the process that created it. Fails if the name is taken, or if
    /// the file system does not lock (Error::NoLocks).
    static Result<OwnerFile> create(const QByteArray &directory, const QByteArray &name);

    /// Whether its name still leads to it: it may have been removed, or replaced by a copy.
    bool isInPlace(Freshness freshness) const;

    /// The names that have an owner file in @p directory. Fails if it cannot be read.
    static Result<QByteArrayList> namesIn(const QByteArray &directory);

    /// Who owns, or owned, DIRECTORY/NAME.owner; nothing if there is no such file. Writes nothing.
    static std::optional<Owner> read(const QByteArray &directory, const QByteArray &name);

    /// Removes the owner file of a process that is gone; false if the owner lives, cannot be judged, or is somebody else's to
    /// remove. Under the lock of the bus, so that nobody else takes over the name meanwhile.
    static bool removeIfDead(const QByteArray &directory, const QByteArray &name);

    /// The same of a copy of what this process holds, or held, as it is in a restored backup. For who knows that nobody else in
    /// this process holds the name: across a mount, the lock does not tell.
    static bool removeCopy(const QByteArray &directory, const QByteArray &name);

private:
    static Result<OwnerFile> tryToCreate(const QByteArray &directory, const QByteArray &name);

    struct Held;
    struct Release {
        void operator()(Held *held) const;
    };
    std::unique_ptr<Held, Release> m_held;
};

} // namespace FileBus
