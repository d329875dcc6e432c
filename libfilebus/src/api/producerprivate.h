// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/chunksink.h"
#include "bus/publishsettings.h"

#include <filebus/chunk.h>

#include <QtCore/QByteArray>

#include <memory>

namespace FileBus
{
class Producer;

/// What a producer keeps for any kind of bus: its identity, its settings, and the sink for the carrier of the bus.
class ProducerPrivate
{
public:
    explicit ProducerPrivate(Producer *producer);
    ~ProducerPrivate();

    void setAddress(const QByteArray &address);
    void configure(const PublishSettings &changed);
    /// Warns about what is dropped: the publisher assumes that it was published.
    void tellDropped(const char *function) const;

    Producer *q;
    const ProducerInfo info;
    QByteArray address; ///< made absolute
    PublishSettings settings;
    std::unique_ptr<ChunkSink> sink; ///< never null; a child, so that it moves to another thread together with the producer
};

} // namespace FileBus
