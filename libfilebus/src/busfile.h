// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accessrules.h"
#include "failure.h"
#include "freshness.h"
#include "uniquefd.h"

#include <QtCore/QByteArrayList>

#include <chrono>
#include <optional>
#include <sys/stat.h>

namespace FileBus
{

/// Tells one file from another, and a rewritten file from an unchanged one. Change time is left out: chmod, a new hard link
/// and a rename alter it, and none of them makes a new chunk.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    qint64 modified = 0;                  ///< nanoseconds
    uid_t owner = static_cast<uid_t>(-1); ///< chown(2) makes no new chunk either, but it changes who published this one

    static FileIdentity of(const struct stat &status);
    bool isSameFile(const FileIdentity &other) const { return device == other.device && inode == other.inode; }
    friend bool operator==(const FileIdentity &, const FileIdentity &) = default;
};

/// A file held open. As long as it is, its inode number cannot be given to another file, so that identities can be compared.
class PinnedFile
{
public:
    PinnedFile(UniqueFd fd, const FileIdentity &identity);

    /// Opens a regular file of at most ChunkFormat::maximumFileSize for reading; nothing if there is none at @p path.
    static Result<std::optional<PinnedFile>> open(const QByteArray &path, Freshness freshness = Freshness::AsKnown);

    const FileIdentity &identity() const { return m_identity; }
    int fd() const { return m_fd.get(); }

    /// The whole content. Read again if somebody wrote into the file meanwhile, which updates the identity.
    Result<QByteArray> read(const QByteArray &path);

private:
    UniqueFd m_fd;
    FileIdentity m_identity;
};

/// The paths of a bus, as FORMAT.md ("On disk") names them, and the atomic replacement of its file.
class BusFile
{
public:
    BusFile() = default;
    /// @p path in the encoding of the file system; made absolute here and now, so that a later chdir(2) changes nothing.
    explicit BusFile(const QByteArray &path);

    const QByteArray &path() const { return m_path; }
    const QByteArray &directory() const { return m_directory; }
    QByteArray lockPath() const { return m_path + ".lock"; }
    QByteArray sideDirectory() const { return m_path + ".d"; }
    QByteArray stagingDirectory() const { return sideDirectory() + "/staging"; }
    QByteArray historyDirectory() const { return sideDirectory() + "/history"; }
    QByteArray inboxesDirectory() const { return sideDirectory() + "/inbox"; }
    QByteArray producersDirectory() const { return sideDirectory() + "/producers"; }
    QByteArray damagedDirectory() const { return sideDirectory() + "/damaged"; }

    /// The status of the bus file, nothing if there is none; refuses whatever is not a regular file.
    Result<std::optional<struct stat>> status(Freshness freshness = Freshness::AsKnown) const;

    /// Refuses what could not be replaced by us: what is no regular file, and somebody else's file in a sticky directory.
    Outcome checkReplaceable() const;

    /// Modes and group for what is made beside the bus.
    Result<AccessRules> accessRules() const;

    /// Makes X.d and what a producer needs in it.
    Outcome makeSideDirectories(const AccessRules &rules) const;
    /// The same, and what lossless consumers need in it.
    Outcome makeInboxesDirectory(const AccessRules &rules) const;
    /// Makes the directory for what turned out to be no chunk.
    Outcome makeDamagedDirectory() const;

    /// What came of a replacement: the former chunk now lies where the new one was staged; it is gone; or nothing has changed, as
    /// the file system does not let a file be replaced that another program uses: it may in a moment.
    enum Replacement { Exchanged, Renamed, InUse };

    /// Puts the file at @p staged in the place of the bus, atomically.
    Result<Replacement> replaceBy(const QByteArray &staged);

    /// Says that the bus was in use for that long.
    Failure stuck(std::chrono::milliseconds waited) const;

private:
    QByteArrayList producerDirectories() const;
    Outcome makeDirectories(const QByteArrayList &paths, const AccessRules &rules) const;
    Failure replaceFailure(int number) const;
    bool isInUse(int number, const QByteArray &staged) const;
    Failure stickyFailure(const struct stat &bus) const;

    QByteArray m_path;
    QByteArray m_directory;
    bool m_exchangeWorks = true;
    int m_inUse = 0; ///< why it was not replaced last: an errno value
};

} // namespace FileBus
