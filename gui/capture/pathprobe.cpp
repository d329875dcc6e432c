// SPDX-License-Identifier: Apache-2.0
#include "pathprobe.h"

#include "busesindirectory.h"
#include "detachedthread.h"

#include <filebus/busaddress.h>

#include <QtCore/QHashFunctions>
#include <QtCore/QPromise>
#include <QtCore/QSemaphore>

#include <sys/stat.h>

namespace
{

QByteArray directoryOf(const QByteArray &path)
{
    const qsizetype slash = path.lastIndexOf('/');
    return slash > 0 ? path.first(slash) : QByteArray("/");
}

// A number for the servers of an address, unlike that of any file system: buses on the same servers hang together, too.
quint64 clusterOf(const QByteArray &address)
{
    return ~quint64(qHash(directoryOf(address)));
}

PathFacts factsOf(const QByteArray &path)
{
    struct stat status;
    if (FileBus::isClusterAddress(path) || ::stat(path.constData(), &status) != 0)
        return {.device = fileSystemOf(path)};
    const bool isDirectory = S_ISDIR(status.st_mode);
    return {.exists = true,
            .isDirectory = isDirectory,
            .isRegularFile = S_ISREG(status.st_mode),
            .device = status.st_dev,
            .buses = isDirectory ? busesInDirectory(path) : QByteArrayList()};
}

} // namespace

// Uses the nearest existing directory if nothing exists at the path.
quint64 fileSystemOf(QByteArray path)
{
    if (FileBus::isClusterAddress(path))
        return clusterOf(path);
    struct stat status;
    while (::stat(path.constData(), &status) != 0) {
        if (path == "/")
            return 0;
        path = directoryOf(path);
    }
    return status.st_dev;
}

struct PathProbe::Shared {
    QPromise<PathFacts> promise;
    QSemaphore answered;
};

PathProbe::PathProbe(const QByteArray &path)
    : m_shared(std::make_shared<Shared>())
{
    m_shared->promise.start();
    DetachedThread::run([shared = m_shared, path] {
        shared->promise.addResult(factsOf(path));
        shared->promise.finish();
        shared->answered.release();
    });
}

bool PathProbe::answersWithin(std::chrono::milliseconds time) const
{
    const bool answered = m_shared->answered.tryAcquire(1, static_cast<int>(time.count()));
    m_shared->answered.release(answered ? 1 : 0);
    return answered;
}

QFuture<PathFacts> PathProbe::answer() const
{
    return m_shared->promise.future();
}
