// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/graceperiod.h"
#include "bus/chunksource.h"

namespace FileBus
{

/// What a lossless consumer does about a failure: if it may pass, it tries again for a grace period, in silence; otherwise, and
/// when that is over, it stands still.
class RetryPolicy
{
public:
    /// An attempt has failed. The standstill, or nothing while it may pass.
    Step judge(const Failure &why);
    /// An attempt has succeeded.
    void reset();
    /// Whether the last attempt failed and is to be repeated. No event tells when it succeeds.
    bool isTryingAgain() const { return m_isTryingAgain; }

private:
    GracePeriod m_grace;
    bool m_isTryingAgain = false;
};

} // namespace FileBus
