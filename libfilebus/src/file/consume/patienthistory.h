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

/// The history as a reader sees it. What is not there, or is not for it to read, is gone. What only cannot be read now is not:
/// the call fails, with Failure::isTransient, and is to be repeated. After a grace period it fails once more, without, which is
/// to be said; from then on, until something can be read again, what cannot be read counts as gone.
class PatientHistory
{
public:
    PatientHistory() = default;
    explicit PatientHistory(const QByteArray &directory, GracePeriod grace = GracePeriod());

    /// The entry of that number, if it is there and is of that stream.
    Result<std::optional<Chunk>> read(const QUuid &streamId, quint64 sequence);
    /// The entry of that number, whatever is its stream.
    Result<std::optional<Chunk>> readAny(quint64 sequence);
    /// The numbers of the entries, ascending. Nothing if it cannot be known which there are.
    Result<std::optional<QList<quint64>>> sequences();
    /// Whether the entry of that number is that file.
    bool holds(quint64 sequence, const FileIdentity &file) const;

    void setFreshness(Freshness freshness) { m_spool.setFreshness(freshness); }
    const QByteArray &directory() const { return m_directory; }

private:
    bool isGone(const Failure &why, Failure &said);

    QByteArray m_directory;
    Spool m_spool;
    GracePeriod m_grace;
    bool m_isGivenUp = false; ///< and that was said
};

} // namespace FileBus
