// SPDX-License-Identifier: Apache-2.0
#include "cluster/readposition.h"

#include <algorithm>

namespace FileBus
{

ReadPosition::Change ReadPosition::sawBus(const ClusterBusState &state)
{
    if (state.id != m_streamId) {
        m_next = firstOf(state);
        m_newest = state.lastSequence;
        m_streamId = state.id;
        return Change::NewStream;
    }
    if (state.lastSequence >= m_newest) {
        m_newest = state.lastSequence;
        return Change::None;
    }
    if (m_next <= m_newest + 1)
        m_next = state.lastSequence + 1;
    m_newest = state.lastSequence;
    return Change::PutBack;
}

void ReadPosition::advance(quint64 sequence)
{
    m_next = std::max(m_next, sequence + 1);
    m_newest = std::max(m_newest, sequence);
}

// A stream that replaces another one began while this reader was watching.
quint64 ReadPosition::firstOf(const ClusterBusState &state) const
{
    if (!m_streamId.isNull())
        return 1;
    if (m_start.kind == StartPoint::AtSequence)
        return m_start.sequence;
    if (m_hasSeenNoBus)
        return 1;
    switch (m_start.kind) {
    case StartPoint::All:
        return std::max<quint64>(state.firstSequence, 1);
    case StartPoint::Last:
        return state.chunks > 0 ? state.lastSequence : state.lastSequence + 1;
    default:
        return state.lastSequence + 1;
    }
}

} // namespace FileBus
