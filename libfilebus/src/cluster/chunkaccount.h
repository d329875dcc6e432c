// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/step.h"
#include "chunk/sequencetracker.h"
#include "cluster/chunkmessage.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QUuid>

#include <optional>

namespace FileBus
{

/// Determines which of the chunks that come from a cluster are new, and which are missing between them. A relayed chunk counts in
/// the stream of its origin. Pure.
class ChunkAccount
{
public:
    struct Entry {
        bool isNew = false;       ///< false: seen before
        std::optional<Loss> loss; ///< just before this one
    };

    /// The next chunk of the stream of the bus has @p sequence, whatever was received before.
    void expect(const QUuid &streamId, quint64 sequence);
    Entry note(const ReceivedChunk &received);

private:
    struct Heard {
        quint64 number = 0;   ///< the newest of the producer
        quint64 sequence = 0; ///< when that came
    };

    bool isRepeated(const ReceivedChunk &received);
    void forgetSilentProducers(quint64 newest);
    Entry noteOwn(const ReceivedChunk &received) const;
    Entry noteRelayed(const ReceivedChunk &received);

    QUuid m_streamId;          ///< of the bus
    quint64 m_next = 1;        ///< in it
    SequenceTracker m_origins; ///< of relayed chunks
    QHash<QByteArray, Heard> m_producers;
};

} // namespace FileBus
