// SPDX-License-Identifier: Apache-2.0
#include "file/consume/rawsubscription.h"

#include "file/disk/accessrules.h"
#include "file/disk/busfile.h"
#include "file/disk/busplace.h"
#include "file/disk/chunkfile.h"
#include "file/disk/pinnedfile.h"

#include <filebus/format.h>

#include <QtCore/QCoreApplication>

#include <cerrno>
#include <unistd.h>

namespace FileBus
{

namespace
{
struct SubscriptionText {
    Q_DECLARE_TR_FUNCTIONS(FileBus::RawSubscription)
};
} // namespace

RawSubscription::RawSubscription(const QByteArray &path)
    : m_bus(path)
    , m_lock(m_bus.lockPath())
{ }

Step RawSubscription::next()
{
    const Result<Step> step = look();
    if (!step)
        return fail(step.failure());
    m_retries.reset();
    return *step;
}

Result<Step> RawSubscription::look()
{
    m_lockTaken = false;
    const auto status = m_bus.status(freshnessIn(m_bus.directory()));
    if (!status)
        return status.failure();
    if (!*status)
        return Step();
    BusLock::Attempt locked = lock();
    if (!locked)
        return locked.failure();
    m_held = std::move(*locked);
    m_lockTaken = !m_held;
    return m_held ? take() : Result<Step>(Step());
}

// Only for what can also be removed: otherwise the same chunk would be delivered for ever.
BusLock::Attempt RawSubscription::lock()
{
    if (const Outcome removable = m_bus.checkReplaceable(); !removable)
        return removable.failure();
    if (const Outcome usable = checkPlace(m_bus); !usable)
        return usable.failure();
    if (::access(m_bus.directory().constData(), W_OK | X_OK) != 0)
        return Failure::fromErrno(errno, SubscriptionText::tr("cannot remove chunks from %1").arg(shownPath(m_bus.directory())),
                                  m_bus.directory());
    const Result<AccessRules> rules = m_bus.accessRules();
    return rules ? m_lock.tryLock(*rules) : rules.failure();
}

Result<Step> RawSubscription::take()
{
    Result<std::optional<PinnedFile>> file = PinnedFile::open(m_bus.path(), freshnessIn(m_bus.directory()));
    if (file && !*file) { // another consumer was faster
        release();
        return Step();
    }
    const Result<std::optional<Chunk>> chunk =
        file ? readChunk(**file, m_bus.path(), Format::Raw) : Result<std::optional<Chunk>>(file.failure());
    if (!chunk) {
        release();
        return chunk.failure();
    }
    m_reported.clear();
    return *chunk ? Step(**chunk) : Step(EndOfStream());
}

Outcome RawSubscription::acknowledge()
{
    if (!m_held)
        return done();
    const bool removed = ::unlink(m_bus.path().constData()) == 0 || errno == ENOENT;
    const int number = errno;
    release();
    return removed ? done()
                   : Outcome(Failure::fromErrno(number, SubscriptionText::tr("cannot remove %1").arg(shownPath(m_bus.path())),
                                                m_bus.path()));
}

void RawSubscription::release()
{
    m_held.reset();
}

// A file that holds no chunk may be replaced by one that does, but rights do not change by themselves.
Step RawSubscription::fail(const Failure &failure)
{
    if (failure.isTransient || failure.error == Error::PermissionDenied)
        return m_retries.judge(failure);
    m_retries.reset();
    if (std::exchange(m_reported, failure.text) == failure.text)
        return std::monostate();
    return failure;
}

} // namespace FileBus
