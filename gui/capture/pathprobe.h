// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>
#include <QtCore/QFuture>

#include <chrono>
#include <memory>

/// What lies at a path.
struct PathFacts {
    bool exists = false;
    bool isDirectory = false;
    bool isRegularFile = false;
    quint64 device = 0;        ///< number of its file system; of the nearest directory above if there is nothing
    QByteArrayList buses = {}; ///< in the directory, if it is one
};

/// The number of the file system on which a path lies, or on which it would lie; 0 if nobody knows. May hang with it.
quint64 fileSystemOf(QByteArray path);

/// Asks what lies at a path, in a thread of its own: a file system that hangs never answers, and must not hold up who asks.
class PathProbe
{
public:
    explicit PathProbe(const QByteArray &path);

    /// Waits for the answer; false if there is none yet.
    bool answersWithin(std::chrono::milliseconds time) const;
    /// Has the answer as soon as there is one. Without a thread to ask in, it is cancelled.
    QFuture<PathFacts> answer() const;

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
};
