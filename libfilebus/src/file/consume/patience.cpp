// SPDX-License-Identifier: Apache-2.0
#include "file/consume/patience.h"

#include "base/logging.h"

#include <utility>

namespace FileBus
{

Step Patience::with(const Failure &why)
{
    if (!why.isTransient || m_grace.isOver()) {
        reset();
        return Standstill{why};
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
