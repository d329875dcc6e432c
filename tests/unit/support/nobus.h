// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.h"

#include <QtTest/QTest>

#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

/// Things that can lie in the place of a bus but are not one.
namespace NoBus
{

inline void addKinds()
{
    QTest::addColumn<QByteArray>("kind");
    for (const char *kind : {"directory", "symbolic link", "FIFO", "socket"})
        QTest::newRow(kind) << QByteArray(kind);
}

inline bool makeSocket(const QByteArray &path)
{
    sockaddr_un address = {AF_UNIX, {}};
    if (path.size() >= qsizetype(sizeof address.sun_path))
        return false;
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const bool made = ::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    ::close(fd);
    return made;
}

/// The target of a symbolic link is @p target.
inline bool make(const QByteArray &kind, const QByteArray &path, const QByteArray &target)
{
    if (kind == "directory")
        return Files::makeDirectory(path);
    if (kind == "symbolic link")
        return ::symlink(target.constData(), path.constData()) == 0;
    if (kind == "FIFO")
        return ::mkfifo(path.constData(), 0666) == 0;
    return makeSocket(path);
}

} // namespace NoBus
