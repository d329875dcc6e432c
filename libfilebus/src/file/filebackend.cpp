// SPDX-License-Identifier: Apache-2.0
#include "file/filebackend.h"

#include "base/failure.h"
#include "base/logging.h"
#include "bus/backend.h"
#include "bus/chunksink.h"
#include "bus/chunksource.h"
#include "bus/consumesettings.h"
#include "bus/refusedsource.h"
#include "bus/startpoint.h"
#include "file/consume/busfollower.h"
#include "file/consume/inboxsource.h"
#include "file/consume/lossysource.h"
#include "file/consume/rawsource.h"
#include "file/disk/busfile.h"
#include "file/disk/busname.h"
#include "file/fileinspection.h"
#include "file/publish/publishqueue.h"

#include <filebus/businspection.h>
#include <filebus/chunk.h>
#include <filebus/format.h>

namespace FileBus
{

namespace
{

std::unique_ptr<ChunkSource> makeLosslessSource(const QByteArray &path, const ConsumeSettings &settings)
{
    if (settings.format == Format::Raw)
        return std::make_unique<RawSource>(path, settings.fileMonitoring, settings.sleepInterval);
    auto inbox =
        std::make_unique<InboxSource>(BusFile(path), settings.subscription, settings.fileMonitoring, settings.sleepInterval);
    inbox->setTellingRaw(!settings.format);
    return inbox;
}

} // namespace

QByteArray FileBackend::resolved(const QByteArray &path) const
{
    return BusFile(path).path();
}

std::unique_ptr<ChunkSource> FileBackend::makeSource(const QByteArray &path, const ConsumeSettings &settings)
{
    if (const Outcome named = checkFileName(path); !named)
        return std::make_unique<RefusedSource>(named.failure());
    if (settings.lossless)
        return makeLosslessSource(path, settings);
    return std::make_unique<LossySource>(BusFollower(path, settings.startPoint, settings.format), settings.fileMonitoring,
                                         settings.sleepInterval);
}

std::unique_ptr<ChunkSink> FileBackend::makeSink(const QByteArray &path, const ProducerInfo &producer)
{
    return std::make_unique<PublishQueue>(path, producer);
}

BusInspection FileBackend::inspect(const QByteArray &path)
{
    return inspectFiles(BusFile(path));
}

Outcome FileBackend::unsubscribe(const QByteArray &path, const QByteArray &name)
{
    const Outcome named = checkFileName(path);
    return named ? InboxSource::removeUnowned(BusFile(path), name) : named;
}

} // namespace FileBus
