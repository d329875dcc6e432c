// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/uniquefd.h"
#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/cleanerguard.h"
#include "file/disk/filerights.h"
#include "file/disk/freshness.h"
#include "file/disk/inodequarantine.h"
#include "file/disk/ownerfile.h"

#include <QtCore/QUuid>

#include <memory>

namespace FileBus
{

/// A chunk on its way to the bus: a file of our own in X.d/staging, open for writing.
struct StagedFile {
    QByteArray path;
    UniqueFd fd;
    struct stat status = {}; ///< as it was when the file was made; then its size, group and mode as they were set
    FileRights rights;       ///< that it was given
};

/// The part of X.d/staging that belongs to one producer. An owner file in X.d/producers says that the producer lives. If it is
/// killed, the next producer removes what it left.
///
/// The next file is made ahead, so that no consumer waits for it. A file whose inode number is in quarantine is kept, empty,
/// until that ends: so nobody else gets the number.
class Staging
{
public:
    /// Makes X.d and announces the producer in it. Fails with Error::NoLocks if another producer may live on the other side of a
    /// mount that locks do not cross: both would publish at the same time, and chunks would be lost.
    static Result<std::unique_ptr<Staging>> open(const BusFile &bus, const AccessRules &rules, const QUuid &producer);
    ~Staging();
    Staging(const Staging &) = delete;
    Staging &operator=(const Staging &) = delete;

    /// An empty file of that mode, less the umask. Without a mode, it is made as any program makes a file.
    Result<StagedFile> take(std::optional<mode_t> mode);

    /// Whether the producer is still announced.
    bool isAnnounced(Freshness freshness) const { return m_owner.isInPlace(freshness); }

    /// A path for a temporary file that is not staged.
    QByteArray scratchPath() const { return m_directory + '/' + m_id + ".copy"; }

    /// Notes that the inode was at the path of the bus, or in its history, until now.
    void sawLeave(ino_t inode);
    /// Removes a name of ours together with others, which takes less time than one at a time, or as soon as the file leaves the
    /// history. It takes no extra space as long as the history holds the file. But others may remove it from there, so this is
    /// not for large files.
    void removeLater(const QByteArray &path, ino_t inode);
    /// Removes those names now. False if there were none.
    bool removeLeft();
    static constexpr off_t largestLeft = off_t(64) * 1024; ///< bytes

    /// Makes the file for the next take().
    void makeAhead(std::optional<mode_t> mode);

    /// Removes what dead producers left. Call it under the lock of the bus.
    void removeAbandoned();

private:
    Staging(const BusFile &bus, const AccessRules &rules, const QUuid &producer, OwnerFile owner);

    /// An empty file that keeps its inode number from any other until the quarantine ends.
    struct Quarantined {
        QByteArray path;
        InodeQuarantine::Time until;
    };

    /// A name that was swapped out.
    struct Left {
        QByteArray path;
        ino_t inode;
    };

    Outcome checkReach() const;
    Result<StagedFile> create(std::optional<mode_t> mode);
    Result<StagedFile> createUsable(std::optional<mode_t> mode, InodeQuarantine::Time now);
    std::optional<StagedFile> takeReleased(InodeQuarantine::Time now);
    Outcome look(StagedFile &file) const;
    void quarantine(const StagedFile &file);

    QByteArray m_directory;
    QByteArray m_producersDirectory;
    QByteArray m_id;
    AccessRules m_rules;
    OwnerFile m_owner;
    CleanerGuard m_guard; ///< of X.d
    quint64 m_created = 0;
    InodeQuarantine m_quarantine;
    std::deque<Quarantined> m_quarantined; ///< in the order in which they become usable
    std::optional<StagedFile> m_ahead;
    QList<Left> m_left; ///< to be removed
};

} // namespace FileBus
