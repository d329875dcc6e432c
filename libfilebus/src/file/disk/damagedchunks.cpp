// SPDX-License-Identifier: Apache-2.0
#include "file/disk/damagedchunks.h"

#include "base/directorylisting.h"
#include "base/failure.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace FileBus
{

namespace
{

struct Kept {
    QByteArray path;
    struct stat status;
};

// By when they came here: being moved sets the time of change.
bool cameBefore(const Kept &one, const Kept &other)
{
    const auto key = [](const Kept &kept) {
        return std::tuple(kept.status.st_ctim.tv_sec, kept.status.st_ctim.tv_nsec, kept.path);
    };
    return key(one) < key(other);
}

} // namespace

DamagedChunks::DamagedChunks(const BusFile &bus)
    : m_bus(bus)
{ }

Result<QByteArray> DamagedChunks::keep(const QByteArray &path, const QByteArray &name) const
{
    if (const Outcome made = m_bus.makeDamagedDirectory(); !made)
        return made.failure();
    const QByteArray place = freePath(name);
    if (::rename(path.constData(), place.constData()) != 0)
        return Failure::fromErrno(
            errno, QCoreApplication::translate("FileBus::DamagedChunks", "cannot move to %1").arg(shownPath(place)), place);
    trim(place);
    return place;
}

// Numbers come again, with another stream.
QByteArray DamagedChunks::freePath(const QByteArray &name) const
{
    const QByteArray path = m_bus.damagedDirectory() + '/' + name;
    QByteArray free = path;
    struct stat status;
    for (int again = 1; again <= mostKept && ::lstat(free.constData(), &status) == 0; ++again)
        free = path + '.' + QByteArray::number(again);
    return free;
}

void DamagedChunks::trim(const QByteArray &newest) const
{
    std::vector<Kept> kept;
    qint64 bytes = 0;
    for (const QByteArray &name : directoryListing(m_bus.damagedDirectory()).valueOr({})) {
        Kept one{m_bus.damagedDirectory() + '/' + name, {}};
        if (::lstat(one.path.constData(), &one.status) != 0)
            continue;
        bytes += one.status.st_size;
        if (one.path != newest)
            kept.push_back(std::move(one));
    }
    std::sort(kept.begin(), kept.end(), cameBefore);
    qsizetype count = static_cast<qsizetype>(kept.size()) + 1;
    for (const Kept &one : kept) {
        if (count <= mostKept && bytes <= mostBytes)
            return;
        std::remove(one.path.constData()); // an empty directory as well
        bytes -= one.status.st_size;
        --count;
    }
}

} // namespace FileBus
