// SPDX-License-Identifier: Apache-2.0
#include "file/consume/retrypolicy.h"

#include "base/logging.h"

#include <utility>

namespace FileBus
{

Step RetryPolicy::judge(const Failure &why)
{
    if (!why.isTransient || m_grace.isOver()) {
        reset();
        return Standstill{why};
    }
    if (!std::exchange(m_isTryingAgain, true))
        qCInfo(logConsumer).noquote() << "trying again:" << why.text;
    return std::monostate();
}

void RetryPolicy::reset()
{
    m_grace.reset();
    m_isTryingAgain = false;
}

} // namespace FileBus
