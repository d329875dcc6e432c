// SPDX-License-Identifier: Apache-2.0
#include "api/producerprivate.h"

#include "api/backends.h"
#include "base/failure.h"
#include "base/logging.h"
#include "bus/backend.h"
#include "bus/chunksink.h"
#include "bus/publishsettings.h"
#include "bus/thisproducer.h"

#include <filebus/busaddress.h>
#include <filebus/producer.h>

namespace FileBus
{

ProducerPrivate::ProducerPrivate(Producer *producer)
    : q(producer)
    , info(describeThisProducer())
{
    setAddress({});
}

ProducerPrivate::~ProducerPrivate() = default;

void ProducerPrivate::setAddress(const QByteArray &given)
{
    Backend &backend = backendFor(given);
    address = backend.resolved(given);
    sink = backend.makeSink(address, info);
    sink->setParent(q);
    sink->configure(settings);
    QObject::connect(sink.get(), &ChunkSink::published, q, &Producer::published);
    QObject::connect(sink.get(), &ChunkSink::ended, q, &Producer::ended);
    QObject::connect(sink.get(), &ChunkSink::drained, q, &Producer::drained);
    QObject::connect(sink.get(), &ChunkSink::errorOccurred, q, &Producer::errorOccurred);
}

void ProducerPrivate::configure(const PublishSettings &changed)
{
    settings = changed;
    sink->configure(settings);
}

void ProducerPrivate::tellDropped(const char *function) const
{
    if (sink->pendingChunks() > 0)
        qCWarning(logProducer).noquote().nospace()
            << "FileBus::Producer::" << function << ": drops " << sink->pendingChunks() << " pending chunks of "
            << displayAddress(address) << "; call close() first, or abort()";
    else if (sink->isEndPending())
        qCWarning(logProducer).noquote().nospace() << "FileBus::Producer::" << function << ": the end was not announced on "
                                                   << displayAddress(address) << "; call close() first, or abort()";
}

} // namespace FileBus
