// SPDX-License-Identifier: Apache-2.0
#include "file/consume/endwatch.h"

#include <utility>

namespace FileBus
{

EndWatch::EndWatch(const BusFile &bus, const Inbox &inbox)
    : m_inbox(inbox)
    , m_heard(bus.producersDirectory())
{ }

Result<HeardProducers::Verdict> EndWatch::judge(const QList<QUuid> &ends)
{
    m_heard.noteEnds(ends);
    const auto verdict = m_heard.judge(ends);
    if (!verdict)
        return verdict;
    m_ends = ends;
    if (*verdict == HeardProducers::SomeMayPublish) {
        for (const QUuid &producer : ends.sliced(1)) // one is enough to know of, for a consumer that takes over
            m_inbox.removeEnd(producer);
    }
    return verdict;
}

void EndWatch::acknowledge()
{
    for (const QUuid &producer : std::as_const(m_ends))
        m_inbox.removeEnd(producer);
}

} // namespace FileBus
