// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/busrights.h"
#include "file/disk/freshness.h"
#include "file/disk/staging.h"
#include "format/chunkframe.h"

#include <filebus/chunk.h>

#include <QtCore/QByteArrayList>

#include <optional>

namespace FileBus
{

/// The chunk that a producer has written to X.d/staging and wants to publish next, if there is one.
class StagedChunk
{
public:
    bool exists() const { return m_file.has_value(); }

    /// Writes a chunk to that file, which is removed if this fails.
    Outcome write(StagedFile file, const Chunk &chunk);
    /// Gives it another number, in place: nobody else knows of the file yet.
    Outcome renumber(const QUuid &streamId, quint64 sequence);
    /// Gives it the rights of the bus, if they are known.
    Outcome adopt(const BusRights &rights);
    /// Removes the file.
    void discard();
    /// Hands the file over once the chunk is published.
    StagedFile release();

    const Chunk &chunk() const { return m_chunk; }
    quint64 sequence() const { return m_chunk.sequence(); }
    const QByteArray &path() const { return m_file->path; }
    StagedFile &file() { return *m_file; }
    const StagedFile &file() const { return *m_file; }

    /// False if somebody has removed or replaced the file.
    bool isInPlace(Freshness freshness) const;
    /// Whether others than the owner can read the file.
    bool isOpenToOthers() const;

    /// The inboxes that miss it, because they are full, or because their consumers cannot read it.
    const QByteArrayList &leftOut() const { return m_leftOut; }
    void setLeftOut(const QByteArrayList &inboxes) { m_leftOut = inboxes; }

    /// Whether a commit failed when only some consumers had it: then the number is given, and the next commit must complete it.
    bool isPartlyDelivered() const { return m_isPartlyDelivered; }
    void setPartlyDelivered(bool isPartlyDelivered) { m_isPartlyDelivered = isPartlyDelivered; }

private:
    Failure writeFailure() const;

    std::optional<StagedFile> m_file;
    Chunk m_chunk;
    ChunkFrame m_frame; ///< of m_chunk
    QByteArrayList m_leftOut;
    bool m_isPartlyDelivered = false;
};

} // namespace FileBus
