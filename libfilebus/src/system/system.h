// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "system/attributes.h"
#include "system/directoryevents.h"
#include "system/filesystemkind.h"
#include "system/processes.h"
#include "system/replacements.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <chrono>
#include <memory>
#include <sys/stat.h>

namespace FileBus
{

/// What the library asks of the operating system beyond POSIX and flock(2). There is one implementation for each system that has
/// ways of its own, and a portable one, which does without them.
class System
{
public:
    /// The one that this process uses.
    static const System &current();
    virtual ~System() = default;

    // Noticing
    virtual std::unique_ptr<DirectoryEvents> directoryEvents() const = 0;
    /// Counts from now on. @p path: of the file.
    virtual std::unique_ptr<Replacements> replacementsOf(const QByteArray &path) const = 0;

    // Files
    /// Exchanges the files at two paths, atomically. 0, or an errno value: ENOSYS where the system cannot.
    virtual int exchange(const QByteArray &one, const QByteArray &other) const = 0;
    /// Other if there is nothing at @p directory.
    virtual FileSystemKind fileSystemKind(const QByteArray &directory) const = 0;
    /// Whether something is mounted on exactly that path, so that no rename(2) can replace it (EBUSY), or carry anything into it
    /// (EXDEV). False where the system does not say.
    virtual bool isMountPoint(const QByteArray &path) const = 0;
    /// Has the kernel ask the server for the attributes of an open file, so that fstat(2) then knows them.
    virtual void askForAttributes(int fd) const = 0;
    virtual const Attributes &attributes() const = 0;

    // Processes
    /// File name of the executable of this process.
    virtual QString program() const = 0;
    /// In which PIDs and start times count; empty if unknown.
    virtual QByteArray namespaces() const = 0;
    /// Of a process of our own namespaces.
    virtual ProcessState processState(qint64 pid) const = 0;
    /// The PID of the process that has locked that file by flock(2); 0 if the system does not say.
    virtual qint64 lockHolder(const struct stat &file) const = 0;
    /// The name of a process; empty if unknown.
    virtual QByteArray processName(qint64 pid) const = 0;

    // Time
    /// Since some moment before this process, suspended or not where the system counts that; the clock of the day does not
    /// matter.
    virtual std::chrono::nanoseconds elapsed() const = 0;
    /// When the system was started, in nanoseconds since 1970; 0 if unknown.
    virtual qint64 timeOfBoot() const = 0;

private:
    friend class ChosenSystem; // of the tests
    /// Nothing if the build does not have it.
    static const System *named(QByteArrayView monitor);
    static const System *&chosen();
    static const System &ofLinux();
    static const System &portable();
};

} // namespace FileBus
