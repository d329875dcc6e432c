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

/// The part of X.d/staging that belongs to one producer. An owner file in X.d/producers says that the producer lives; what it
/// leaves behind when it is killed is removed by the next one.
///
/// The next file is made ahead, so that no consumer waits for it. A file whose inode number is in quarantine is kept, empty,
/// until that ends: so nobody else gets the number.
class Staging
{
public:
    /// Makes X.d and announces the producer in it. Refuses (Error::NoLocks) where another producer may live whose locks do not
    /// reach here, nor ours there: both would publish at the same time, and chunks would be lost.
    static Result<std::unique_ptr<Staging>> open(const BusFile &bus, const AccessRules &rules, const QUuid &producer);
    ~Staging();
    Staging(const Staging &) = delete;
    Staging &operator=(const Staging &) = delete;

    /// An empty file of that mode, less the umask; without one, as any program makes a file.
    Result<StagedFile> take(std::optional<mode_t> mode);

    /// Whether the producer is still announced.
    bool isAnnounced(Freshness freshness) const { return m_owner.isInPlace(freshness); }

    /// Where a file can be written that is not staged.
    QByteArray scratchPath() const { return m_directory + '/' + m_id + ".copy"; }

    /// That inode was at the path of the bus, or in its history, until now.
    void sawLeave(ino_t inode);
    /// Removes a name of ours together with others, which takes less time than one at a time, or when the file is seen to leave
    /// the history. Until then it takes no space, as long as nobody else removes it from there; so it is not for large files.
    void removeLater(const QByteArray &path, ino_t inode);
    /// Removes those names now. False if there were none.
    bool removeLeft();
    static constexpr off_t largestLeft = 64 * 1024; ///< bytes

    /// Makes the file for the next take().
    void makeAhead(std::optional<mode_t> mode);

    /// Removes what dead producers left. To be called under the lock of the bus.
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
