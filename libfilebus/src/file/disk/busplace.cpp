// SPDX-License-Identifier: Apache-2.0
#include "file/disk/busplace.h"

#include "base/failure.h"
#include "system/system.h"

#include <filebus/error.h>

#include <QtCore/QCoreApplication>

#include <climits>
#include <unistd.h>

namespace FileBus
{

namespace
{

struct PlaceText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::BusPlace)
};

constexpr qsizetype longestPath = PATH_MAX - 1; // without the NUL
// ".d/inbox/~UUID/UUID.end" is the longest path beside a bus, apart from the inboxes of long names, which name themselves.
constexpr qsizetype longestTail = 9 + 37 + 1 + 40;

Outcome checkMount(const BusFile &bus)
{
    if (!System::current().isMountPoint(bus.path()))
        return done();
    return Failure{
        Error::NotARegularFile,
        PlaceText::tr("%1 is mounted as a single file, so no producer can replace it, and it shows the same chunk for ever; "
                      "mount the directory that holds the bus instead")
            .arg(shownPath(bus.path()))};
}

Outcome checkName(const BusFile &bus, QByteArrayView suffix)
{
    const long limit = ::pathconf(bus.directory().constData(), _PC_NAME_MAX);
    const qsizetype length = bus.path().size() - bus.path().lastIndexOf('/') - 1;
    if (length + suffix.size() <= (limit > 0 ? limit : NAME_MAX))
        return done();
    return Failure{
        Error::InvalidName,
        PlaceText::tr("the name of %1 has %2 bytes; with %3, which producers append to it, this file system allows %4; "
                      "choose a name of at most %5 bytes")
            .arg(shownPath(bus.path()), QString::number(length), QString::fromLatin1(suffix),
                 QString::number(limit > 0 ? limit : NAME_MAX), QString::number((limit > 0 ? limit : NAME_MAX) - suffix.size()))};
}

Outcome checkLength(const BusFile &bus)
{
    const qsizetype length = bus.path().size();
    if (length + longestTail <= longestPath)
        return done();
    return Failure{Error::InvalidName,
                   PlaceText::tr("the path %1 has %2 bytes; producers append up to %3 to it, and the system allows %4; "
                                 "choose a path of at most %5 bytes")
                       .arg(shownPath(bus.path()), QString::number(length), QString::number(longestTail),
                            QString::number(longestPath), QString::number(longestPath - longestTail))};
}

} // namespace

Outcome checkPlace(const BusFile &bus, QByteArrayView suffix)
{
    if (const Outcome mounted = checkMount(bus); !mounted)
        return mounted;
    if (const Outcome named = checkName(bus, suffix); !named)
        return named;
    return checkLength(bus);
}

} // namespace FileBus
