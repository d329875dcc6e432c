// SPDX-License-Identifier: Apache-2.0
#include "stream/streamside.h"

#include "base/failure.h"
#include "file/consume/inboxreader.h"
#include "file/disk/busfile.h"
#include "file/disk/inbox.h"
#include "file/disk/ownerfile.h"

#include <filebus/error.h>
#include <filebus/stream.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace FileBus
{

namespace
{

constexpr char names[] = {'a', 'b'};

char other(char name)
{
    return name == names[0] ? names[1] : names[0];
}

BusFile busOf(const QByteArray &path, char name)
{
    return BusFile(path + '.' + name);
}

QString holderOf(const QByteArray &path, char name)
{
    const std::optional<Owner> owner = Inbox(busOf(path, other(name)).inboxesDirectory(), QByteArray(1, name)).owner();
    return owner ? owner->shown() : Stream::tr("a process");
}

Failure bothInUse(const QByteArray &path)
{
    return {Error::NameInUse,
            Stream::tr("both sides of %1 are in use, by %2 and by %3; choose another stream, or end one of these processes")
                .arg(shownPath(path), holderOf(path, names[0]), holderOf(path, names[1]))};
}

} // namespace

StreamSide::StreamSide(const QByteArray &path, char name)
    : m_writeBus(busOf(path, name))
    , m_subscription(busOf(path, other(name)), QByteArray(1, name), InboxReader::StandStill)
    , m_peer(m_writeBus.inboxesDirectory(), QByteArray(1, other(name)), freshnessIn(m_writeBus.directory()))
{ }

bool StreamSide::isOrphan() const
{
    return m_subscription.inbox().exists() && !m_subscription.inbox().isOwned();
}

// A newcomer succeeds a process that died, if there is one: the process on the other side may have left meanwhile.
Result<std::unique_ptr<StreamSide>> StreamSide::take(const QByteArray &path)
{
    std::vector<std::unique_ptr<StreamSide>> candidates;
    for (const char name : names)
        candidates.emplace_back(new StreamSide(path, name));
    std::stable_partition(candidates.begin(), candidates.end(), [](const auto &side) { return side->isOrphan(); });
    for (std::unique_ptr<StreamSide> &side : candidates) {
        const Result<Subscription::Attempt> opened = side->m_subscription.open();
        if (opened)
            return *opened == Subscription::Done ? std::move(side) : nullptr;
        if (opened.failure().error != Error::NameInUse)
            return opened.failure();
    }
    return bothInUse(path);
}

} // namespace FileBus
