// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/graceperiod.h"
#include "bus/chunksource.h"

namespace FileBus
{

/// What a lossless consumer does about that which fails: it tries again what may pass, for a grace period; nothing else.
class Patience
{
public:
    /// An attempt has failed. Nothing to say while it may pass, else the standstill.
    Step with(const Failure &why);
    /// An attempt has succeeded.
    void reset();
    /// The last attempt failed, and no event tells when the next one succeeds.
    bool isTryingAgain() const { return m_isTryingAgain; }

private:
    GracePeriod m_grace;
    bool m_isTryingAgain = false;
};

} // namespace FileBus
