// SPDX-License-Identifier: Apache-2.0
#include "stream/peerwatch.h"

#include "file/disk/ownerfile.h"

#include <chrono>
#include <optional>
#include <utility>

namespace FileBus
{

using namespace std::chrono_literals;

namespace
{
constexpr auto interval = 200ms;
} // namespace

void PeerWatch::reset()
{
    *this = PeerWatch();
}

PeerWatch::Finding PeerWatch::look(const Inbox &peer)
{
    if (!m_nextLook.hasExpired())
        return NoNews;
    if (m_isPresent)
        m_nextLook.setRemainingTime(interval);
    const std::optional<Owner> owner = peer.owner();
    const bool isPresent = owner && owner->lives();
    if (isPresent)
        m_name = owner->shown();
    const bool wasPresent = std::exchange(m_isPresent, isPresent);
    if (isPresent)
        return wasPresent ? NoNews : Came;
    const bool isInboxThere = peer.exists();
    if (wasPresent)
        return isInboxThere ? Died : Left;
    return isInboxThere ? NoNews : Absent;
}

} // namespace FileBus
