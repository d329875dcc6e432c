// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>
#include <filebus/export.h>

#include <QtCore/QList>

#include <optional>

namespace FileBus
{

/// A process that publishes, or published, on a bus.
struct ProducerStatus {
    ProducerInfo info;
    bool alive = false;
};

/// What lies on the disk of a bus now, beside the chunks that a Consumer reads. Taking it writes nothing and slows nobody.
struct FILEBUS_EXPORT BusInspection {
    quint64 historyChunks = 0;       ///< how many chunks the history holds
    qint64 historyBytes = 0;         ///< size of their files
    std::optional<Chunk> newest;     ///< the chunk on the bus, if there is one that can be read
    QList<ProducerStatus> producers; ///< those that live or were killed, and the one of the newest chunk

    /// @p fileName: path of the bus, as bytes.
    static BusInspection of(const QByteArray &fileName);
};

} // namespace FileBus
