// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/chunksource.h"

#include <filebus/export.h>

namespace FileBus
{

/// The source of a consumer that cannot consume at all: its only step is the reason, which is thus reported from the event loop.
class FILEBUS_EXPORT RefusedSource : public ChunkSource
{
    Q_OBJECT
public:
    explicit RefusedSource(const Failure &why)
        : m_why(why)
    { }

    void start() override { }
    void stop() override { }
    Step next() override { return Standstill{m_why}; }
    QString reasonForPolling() const override { return {}; }

private:
    Failure m_why;
};

} // namespace FileBus
