// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <filebus/chunk.h>

#include <variant>

namespace FileBus
{

/// Chunks that were published and can no longer be fetched.
struct Loss {
    quint64 firstSequence; ///< 0: they had no numbers, and there were at least that many
    quint64 count;
};

/// The subscription exists: everything published from now on arrives.
struct Subscribed { };

/// As far as is known, no producer will send more.
struct EndOfStream { };

/// Nothing more arrives until somebody intervenes. Chunks that wait keep waiting; none is lost.
struct Standstill {
    Failure why;
};

/// The next step of a source of chunks: nothing now, a chunk, a loss at its place in the sequence, an error, the end, a
/// standstill, or the subscription.
using Step = std::variant<std::monostate, Chunk, Loss, Failure, EndOfStream, Standstill, Subscribed>;

} // namespace FileBus
