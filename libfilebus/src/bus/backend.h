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

/// Whatever carries buses: files, or the servers of a cluster. The layers above use only this interface, and do not depend on the
/// kind of carrier. An address is what the user gave, made absolute by resolved(). Any thread.
class Backend
{
public:
    virtual ~Backend() = default;

    /// The address in a form that stays valid if the working directory changes.
    virtual QByteArray resolved(const QByteArray &address) const = 0;

    /// Never fails: an error becomes the first step of the source.
    virtual std::unique_ptr<ChunkSource> makeSource(const QByteArray &address, const ConsumeSettings &settings) = 0;
    /// Never fails: an error makes open() and publish() fail.
    virtual std::unique_ptr<ChunkSink> makeSink(const QByteArray &address, const ProducerInfo &producer) = 0;

    virtual BusInspection inspect(const QByteArray &address) = 0;
    /// Removes the subscription @p name, which no living consumer may hold.
    virtual Outcome unsubscribe(const QByteArray &address, const QByteArray &name) = 0;
};

} // namespace FileBus
