// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/publishsettings.h"
#include "file/disk/busfile.h"
#include "file/disk/freshness.h"
#include "file/disk/spool.h"
#include "file/disk/staging.h"

#include <QtCore/QList>

namespace FileBus
{

/// The history of a bus, as its producers keep it. To be used under the lock of the bus.
class History
{
public:
    explicit History(const BusFile &bus);

    void setFreshness(Freshness freshness) { m_spool.setFreshness(freshness); }
    void setBounds(const HistoryBounds &bounds) { m_bounds = bounds; }

    const Spool &spool() const { return m_spool; }
    QByteArray entryPath(quint64 sequence) const { return m_spool.entryPath(sequence); }

    /// What came of a link: the history has the chunk; another chunk has that number; or the bus goes without history.
    enum Link { Linked, Taken, Without };

    /// Adds a chunk. The entry makes known a publish that is cut off, and from here on its number is given. So a history that
    /// keeps nothing gets one, too, for as long as the publish takes, if it @p isNeeded for consumers to get what is half
    /// delivered.
    Result<Link> link(quint64 sequence, const StagedFile &file, bool isNeeded);
    void unlink(quint64 sequence);

    /// Removes the oldest chunks until what is left, up to @p newest, is within the bounds. Returns the inodes of what it
    /// removed.
    QList<ino_t> trim(quint64 newest) { return m_spool.trim(newest, m_bounds); }
    /// Removes the oldest chunks, never the newest, until so many bytes are free. Returns the inodes of what it removed.
    QList<ino_t> makeRoom(qint64 bytes) { return m_spool.makeRoom(bytes); }
    void clear() { m_spool.clear(); }
    /// Forgets what it knows of the entries, which are those of another stream now.
    void forget();

private:
    Result<Link> goWithout(const Failure &why, bool isNeeded);

    QByteArray m_directory;
    Spool m_spool;
    HistoryBounds m_bounds;
    bool m_works = true; ///< false once the file system was seen to have no hard links
};

} // namespace FileBus
