// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/backend.h"
#include "bus/chunksink.h"
#include "bus/chunksource.h"
#include "bus/consumesettings.h"
#include "bus/refusedsink.h"
#include "bus/refusedsource.h"

#include <filebus/businspection.h>
#include <filebus/chunk.h>

namespace FileBus
{

/// Replaces a backend that could not be loaded: refuses everything for that reason.
class MissingBackend : public Backend
{
public:
    explicit MissingBackend(const Failure &why)
        : m_why(why)
    { }

    QByteArray resolved(const QByteArray &address) const override { return address; }
    std::unique_ptr<ChunkSource> makeSource(const QByteArray &, const ConsumeSettings &) override
    {
        return std::make_unique<RefusedSource>(m_why);
    }
    std::unique_ptr<ChunkSink> makeSink(const QByteArray &, const ProducerInfo &) override
    {
        return std::make_unique<RefusedSink>(m_why);
    }
    BusInspection inspect(const QByteArray &) override
    {
        BusInspection inspection;
        inspection.error = m_why.error;
        inspection.errorString = m_why.text;
        return inspection;
    }
    Outcome unsubscribe(const QByteArray &, const QByteArray &) override { return m_why; }

private:
    Failure m_why;
};

} // namespace FileBus
