// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/graceperiod.h"
#include "file/disk/freshness.h"
#include "file/disk/spool.h"

#include <filebus/chunk.h>

#include <sys/stat.h>

namespace FileBus
{

struct FileIdentity;

/// Reads the history for a consumer, with patience. An entry that is not there, or that the consumer must not read, is gone. If
/// one cannot be read at the moment, the call fails with Failure::isTransient and is to be repeated. After a grace period it
/// fails once without that, to be reported. From then on what cannot be read counts as gone, until something can be read again.
class HistoryReader
{
public:
    HistoryReader() = default;
    explicit HistoryReader(const QByteArray &directory, GracePeriod grace = GracePeriod());

    /// The entry of that number, if it is there and is of that stream.
    Result<std::optional<Chunk>> read(const QUuid &streamId, quint64 sequence);
    /// The entry of that number, of any stream.
    Result<std::optional<Chunk>> readAny(quint64 sequence);
    /// The numbers of the entries, ascending. Nothing if nobody can tell which there are.
    Result<std::optional<QList<quint64>>> sequences();
    /// Whether the entry of that number is that file, unchanged. Device and inode alone do not tell, as nobody holds it open any
    /// more.
    bool holds(quint64 sequence, const FileIdentity &file) const;

    void setFreshness(Freshness freshness) { m_spool.setFreshness(freshness); }
    const QByteArray &directory() const { return m_directory; }

private:
    bool isGone(const Failure &why, Failure &said);

    QByteArray m_directory;
    Spool m_spool;
    GracePeriod m_grace;
    bool m_isGivenUp = false; ///< and that was reported
};

} // namespace FileBus
