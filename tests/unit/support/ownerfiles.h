// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"
#include "deadprocess.h"
#include "file/disk/ownerfile.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/// Whether a file has a name and is not locked. The name disappears before the lock does.
inline bool isThereUnlocked(const QByteArray &path)
{
    const FileBus::UniqueFd fd(::open(path.constData(), O_RDONLY | O_CLOEXEC));
    struct stat opened = {};
    struct stat there = {};
    return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) == 0 && ::fstat(fd.get(), &opened) == 0
        && ::lstat(path.constData(), &there) == 0 && opened.st_ino == there.st_ino;
}

inline QByteArrayList namesIn(const QByteArray &directory)
{
    const FileBus::Result<QByteArrayList> names = FileBus::OwnerFile::namesIn(directory);
    return names ? *names : QByteArrayList();
}

template<typename Work>
pid_t inChild(Work work)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(work() ? 0 : 1);
    return child;
}

inline int statusOf(pid_t child)
{
    int status = -1;
    ::waitpid(child, &status, 0);
    return status;
}

inline bool makeDead(const QByteArray &directory, const QByteArray &name)
{
    return doInProcessThatDies([&] {
        static FileBus::Result<FileBus::OwnerFile> owner = FileBus::OwnerFile::create(directory, name);
        return bool(owner);
    });
}
