// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "bus/chunksink.h"
#include "bus/publishsettings.h"

#include <filebus/export.h>

namespace FileBus
{

/// The sink of a producer that cannot publish at all: every call fails for the same reason.
class FILEBUS_EXPORT RefusedSink : public ChunkSink
{
    Q_OBJECT
public:
    explicit RefusedSink(const Failure &why)
        : m_why(why)
    { }

    void configure(const PublishSettings &) override { }
    bool open() override { return fail(); }
    bool close(std::chrono::milliseconds) override { return true; } // nothing was ever pending
    void abort() override { }
    bool publish(const QByteArray &) override { return fail(); }
    void end() override { Q_EMIT errorOccurred(m_why.error, m_why.text); }
    qsizetype pendingChunks() const override { return 0; }
    bool isEndPending() const override { return false; }
    bool waitForPublished(std::chrono::milliseconds) override { return fail(); }
    bool waitForDrained(std::chrono::milliseconds) override { return fail(); }
    const Failure &failure() const override { return m_failure; }
    QUuid streamId() const override { return {}; }

private:
    bool fail()
    {
        m_failure = m_why;
        return false;
    }

    Failure m_why;
    Failure m_failure; ///< of the last call
};

} // namespace FileBus
