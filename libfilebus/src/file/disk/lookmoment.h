// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtypes.h>

#include <chrono>

namespace FileBus
{

class Chunk;

/// When a reader looked at a bus, so that the time of a chunk can be compared with it although the clock of the system may have
/// been set meanwhile.
class LookMoment
{
public:
    static LookMoment now();

    /// Whether the chunk was written before this moment. False if that cannot be determined: if its producer was on another host
    /// with another clock, or if the chunk may have been written after the clock was set back.
    bool isAfter(const Chunk &chunk) const;
    /// How long ago it was, whatever the clock was set to.
    std::chrono::nanoseconds age() const;

private:
    qint64 m_wall = 0;                     ///< nanoseconds since 1970, as the clock said
    std::chrono::nanoseconds m_elapsed{0}; ///< of System::elapsed()
};

} // namespace FileBus
