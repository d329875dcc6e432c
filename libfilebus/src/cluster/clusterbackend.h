// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/backend.h"
#include "bus/chunksink.h"
#include "bus/chunksource.h"
#include "bus/consumesettings.h"

#include <filebus/businspection.h>
#include <filebus/chunk.h>

namespace FileBus
{

/// Buses on the servers of a cluster. Stateless; sources and sinks share connections.
class ClusterBackend : public Backend
{
public:
    QByteArray resolved(const QByteArray &address) const override;
    std::unique_ptr<ChunkSource> makeSource(const QByteArray &address, const ConsumeSettings &settings) override;
    std::unique_ptr<ChunkSink> makeSink(const QByteArray &address, const ProducerInfo &producer) override;
    BusInspection inspect(const QByteArray &address) override;
    Outcome unsubscribe(const QByteArray &address, const QByteArray &name) override;
};

} // namespace FileBus
