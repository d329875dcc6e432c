// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/chunksink.h"
#include "bus/chunksource.h"
#include "bus/consumesettings.h"

#include <filebus/businspection.h>
#include <filebus/chunk.h>

#include <QtCore/QByteArray>

#include <memory>

namespace FileBus
{

/// What carries buses: files, or the servers of a cluster. Everything above asks for what it needs here, and knows no carrier. An
/// address is what the user gave, made absolute by resolved(). Any thread.
class Backend
{
public:
    virtual ~Backend() = default;

    /// The address in the form that stays valid, whatever happens to the working directory.
    virtual QByteArray resolved(const QByteArray &address) const = 0;

    /// Never fails: what is wrong is the first step of the source.
    virtual std::unique_ptr<ChunkSource> makeSource(const QByteArray &address, const ConsumeSettings &settings) = 0;
    /// Never fails: what is wrong is the failure of open() and publish().
    virtual std::unique_ptr<ChunkSink> makeSink(const QByteArray &address, const ProducerInfo &producer) = 0;

    virtual BusInspection inspect(const QByteArray &address) = 0;
    /// Removes the subscription @p name that no living consumer holds.
    virtual Outcome unsubscribe(const QByteArray &address, const QByteArray &name) = 0;
};

} // namespace FileBus
