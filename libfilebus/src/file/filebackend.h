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

/// Buses that are files of this machine; their addresses are paths. Has no state.
class FileBackend : public Backend
{
public:
    QByteArray resolved(const QByteArray &path) const override;
    std::unique_ptr<ChunkSource> makeSource(const QByteArray &path, const ConsumeSettings &settings) override;
    std::unique_ptr<ChunkSink> makeSink(const QByteArray &path, const ProducerInfo &producer) override;
    BusInspection inspect(const QByteArray &path) override;
    Outcome unsubscribe(const QByteArray &path, const QByteArray &name) override;
};

} // namespace FileBus
