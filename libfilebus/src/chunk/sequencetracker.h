// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/export.h>

#include <QtCore/QHash>
#include <QtCore/QUuid>

#include <optional>

namespace FileBus
{

/// Follows the numbers of a bus and finds what is missing between them. Pure.
///
/// Numbers count per stream: the first one seen of a stream begins it, whatever it is, so that neither a bus that was made again
/// nor a late start is taken for loss.
class FILEBUS_EXPORT SequenceTracker
{
public:
    struct Step {
        bool isNew = false; ///< false: seen before, or older than what was seen
        quint64 firstMissing = 0;
        quint64 missing = 0; ///< how many are missing just before this one
    };

    /// Takes note of a number that was seen.
    Step advance(const QUuid &streamId, quint64 sequence);
    /// What is to come next of a stream, whatever was seen of it.
    void expect(const QUuid &streamId, quint64 sequence);

    /// The newest number seen of a stream, or the one before that which is expected; nothing if neither is known.
    std::optional<quint64> newest(const QUuid &streamId) const;

private:
    bool changeStream(const QUuid &streamId, quint64 first);

    QUuid m_stream;
    quint64 m_newest = 0; ///< of that stream
    QHash<QUuid, quint64> m_others;
};

} // namespace FileBus
