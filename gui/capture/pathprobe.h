// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>
#include <QtCore/QFuture>

#include <chrono>
#include <memory>

/// What exists at a path.
struct PathFacts {
    bool exists = false;
    bool isDirectory = false;
    bool isRegularFile = false;
    quint64 device = 0;        ///< number of its file system; that of the nearest existing directory if nothing exists
    QByteArrayList buses = {}; ///< in the directory, if it is one
};

/// The number of the file system that holds the path, or would hold it; 0 if unknown. Hangs while the file system does.
quint64 fileSystemOf(QByteArray path);

/// Finds out what exists at a path, in a thread of its own: a file system that hangs must not block the caller.
class PathProbe
{
public:
    explicit PathProbe(const QByteArray &path);

    /// Waits for the answer; false if there is none after @p time.
    bool answersWithin(std::chrono::milliseconds time) const;
    /// Holds the answer as soon as there is one. It is cancelled if no thread could be started.
    QFuture<PathFacts> answer() const;

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
};
