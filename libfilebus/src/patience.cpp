// SPDX-License-Identifier: Apache-2.0
#include "patience.h"

#include "logging.h"

#include <utility>

namespace FileBus
{

ChunkSource::Step Patience::with(const Failure &why)
{
    if (!why.isTransient || m_grace.isOver()) {
        reset();
        return ChunkSource::Standstill{why};
    }
    if (!std::exchange(m_isTryingAgain, true))
        qCInfo(logConsumer).noquote() << "trying again:" << why.text;
    return std::monostate();
}

void Patience::reset()
{
    m_grace.reset();
    m_isTryingAgain = false;
}

} // namespace FileBus
