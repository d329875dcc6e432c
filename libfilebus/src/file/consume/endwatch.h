// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/consume/heardproducers.h"
#include "file/disk/busfile.h"
#include "file/disk/inbox.h"

#include <filebus/chunk.h>

#include <QtCore/QList>
#include <QtCore/QUuid>

namespace FileBus
{

/// Tells when a lossless consumer has come to the end, from what producers announced in its inbox.
class EndWatch
{
public:
    /// @p inbox must outlive it.
    EndWatch(const BusFile &bus, const Inbox &inbox);

    void hear(const Chunk &chunk) { m_heard.hear(chunk); }

    /// Whether everybody has ended, now that the producers @p ends have announced it and no chunk waits. Removes the
    /// announcements that nobody needs any more.
    Result<HeardProducers::Verdict> judge(const QList<QUuid> &ends);
    /// The same without any change.
    Result<HeardProducers::Verdict> judgeAgain(const QList<QUuid> &ends) const { return m_heard.judge(ends); }

    /// Removes the announcements that were judged last, so that a later consumer of this name does not take them for its own.
    /// Others stay: they came after them, and speak to the next consumer.
    void acknowledge();

private:
    const Inbox &m_inbox;
    HeardProducers m_heard;
    QList<QUuid> m_ends; ///< judged last
};

} // namespace FileBus
