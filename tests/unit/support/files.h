// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>
#include <QtCore/QFile>

#include <algorithm>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

/// Functions on files whose names are bytes.
namespace Files
{

inline bool write(const QByteArray &path, const QByteArray &content)
{
    QFile file(QFile::decodeName(path));
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// Replaces a file like a peer: written elsewhere, then renamed.
inline bool replace(const QByteArray &path, const QByteArray &content)
{
    const QByteArray temporary = path + ".new";
    return write(temporary, content) && ::rename(temporary.constData(), path.constData()) == 0;
}

inline QByteArray read(const QByteArray &path)
{
    QFile file(QFile::decodeName(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline struct stat status(const QByteArray &path)
{
    struct stat status = {};
    ::lstat(path.constData(), &status);
    return status;
}

inline bool exists(const QByteArray &path)
{
    return status(path).st_nlink > 0;
}

/// The permission bits, including setuid, setgid and sticky.
inline mode_t mode(const QByteArray &path)
{
    return status(path).st_mode & 07777;
}

inline bool makeDirectory(const QByteArray &path, mode_t mode = 0777)
{
    return ::mkdir(path.constData(), 0777) == 0 && ::chmod(path.constData(), mode) == 0;
}

/// Sorted names, without "." and "..".
inline QByteArrayList names(const QByteArray &directory)
{
    QByteArrayList found;
    DIR *stream = ::opendir(directory.constData());
    while (const dirent *entry = stream ? ::readdir(stream) : nullptr)
        found += entry->d_name;
    if (stream)
        ::closedir(stream);
    found.removeAll(".");
    found.removeAll("..");
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace Files
