// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/accessrules.h"
#include "file/disk/freshness.h"

#include <QtCore/QByteArrayList>

#include <chrono>
#include <optional>
#include <sys/stat.h>

namespace FileBus
{

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

    /// The status of the bus file, nothing if there is none. Refuses what is not a regular file.
    Result<std::optional<struct stat>> status(Freshness freshness = Freshness::AsKnown) const;

    /// Refuses a bus that we cannot replace: what is not a regular file, or another user's file in a sticky directory.
    Outcome checkReplaceable() const;

    /// Modes and group of the files beside the bus.
    Result<AccessRules> accessRules() const;

    /// Makes X.d and what a producer needs in it.
    Outcome makeSideDirectories(const AccessRules &rules) const;
    /// The same, and what lossless consumers need in it.
    Outcome makeInboxesDirectory(const AccessRules &rules) const;
    /// Makes the directory for files that turned out not to be chunks.
    Outcome makeDamagedDirectory() const;

    /// What came of a replacement: the former chunk now lies where the new one was staged; it is gone; or nothing has changed,
    /// because the file system does not replace a file that another program has open. It may do so in a moment.
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
