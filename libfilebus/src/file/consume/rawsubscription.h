// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bus/chunksource.h"
#include "file/consume/retrypolicy.h"
#include "file/disk/busfile.h"
#include "file/disk/buslock.h"

#include <optional>

namespace FileBus
{

/// Takes chunks from a bus as the lossless consumer of the original filebus 0.3.5 does (FORMAT.md, "The raw format"): the lock is
/// held from before a chunk is read until it is removed, so that of several consumers one gets it.
class RawSubscription
{
public:
    explicit RawSubscription(const QByteArray &path);

    const BusFile &bus() const { return m_bus; }

    /// A chunk or the end, either to be acknowledged; a failure, once for each new state; a standstill; or nothing.
    Step next();

    /// Whether there was nothing because another process holds the lock. No event tells when it is free.
    bool isLockTaken() const { return m_lockTaken; }
    /// Whether there was nothing because the chunk cannot be read now. No event tells when it can.
    bool isTryingAgain() const { return m_retries.isTryingAgain(); }

    /// Removes what next() returned, unless that was done. If it fails, the chunk would come again and again.
    Outcome acknowledge();
    /// Leaves it on the bus instead, for another consumer.
    void release();

private:
    Result<Step> look();
    BusLock::Attempt lock();
    Result<Step> take();
    Step fail(const Failure &failure);

    BusFile m_bus;
    BusLock m_lock;
    RetryPolicy m_retries;
    QString m_reported; ///< the failure that was returned last
    bool m_lockTaken = false;
    std::optional<BusLock::Scope> m_held; ///< from before a chunk is read until it is removed or released
};

} // namespace FileBus
