// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/accesslist.h"
#include "file/disk/busfile.h"
#include "file/disk/chunkcopy.h"
#include "file/disk/freshness.h"

namespace FileBus
{

/// What was published before and is still there: in the history, in the inboxes, and in staging until it is removed. When the bus
/// was restricted, all that follows: nobody may learn more from the past than from the bus. Never opens anything. To be used
/// under the lock of the bus.
class Past
{
public:
    Past(const BusFile &bus, const ChunkCopy &copy);

    /// Restricts what is more open than @p access. A file of another user, which only that user can restrict, gives way to a
    /// copy; where that fails it leaves the history, and stays in an inbox.
    void follow(const AccessList &access) const;

private:
    /// What to do with a file that cannot be restricted.
    enum Otherwise { Remove, Keep };

    void followIn(const QByteArray &directory, const AccessList &access, Otherwise otherwise) const;
    void removeReplaced(const AccessList &access) const;

    BusFile m_bus;
    Freshness m_freshness;
    ChunkCopy m_copy;
};

} // namespace FileBus
