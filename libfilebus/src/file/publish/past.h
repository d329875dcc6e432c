// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/disk/accesslist.h"
#include "file/disk/busfile.h"
#include "file/disk/chunkcopy.h"
#include "file/disk/freshness.h"

namespace FileBus
{

/// The chunks that were published before and still exist: in the history, in the inboxes, and in staging until they are removed.
/// When the bus was restricted, they are restricted as well: nobody must learn more from the past than from the bus. Nothing ever
/// becomes more open. To be used under the lock of the bus.
class Past
{
public:
    Past(const BusFile &bus, const ChunkCopy &copy);

    /// Restricts the chunks that are more open than @p access. A file of another user, which only that user can restrict, is
    /// replaced by a copy. If that fails, it is removed from the history, and stays in an inbox.
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
