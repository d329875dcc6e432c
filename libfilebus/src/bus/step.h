// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <filebus/chunk.h>

#include <variant>

namespace FileBus
{

/// Chunks that were published and can no longer be had.
struct Loss {
    quint64 firstSequence; ///< 0: they had no numbers, and there were at least that many
    quint64 count;
};

/// The subscription exists: everything published from now on arrives.
struct Subscribed { };

/// As far as is known, no producer will send more.
struct EndOfStream { };

/// Nothing more arrives until somebody intervenes. What waits keeps waiting; nothing is lost.
struct Standstill {
    Failure why;
};

/// What a source of chunks answers when it is asked for the next one: nothing now; the chunk; a loss, in its place; what is
/// wrong; the end; the standstill; the subscription.
using Step = std::variant<std::monostate, Chunk, Loss, Failure, EndOfStream, Standstill, Subscribed>;

} // namespace FileBus
