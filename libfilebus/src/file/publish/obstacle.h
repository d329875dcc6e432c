// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>

namespace FileBus
{

/// What is in the way of a producer for now.
struct Obstacle {
    enum Kind {
        None,            ///< it is done
        Locked,          ///< another process holds the lock
        InUse,           ///< the bus cannot be replaced, because another program has it open
        TooFewConsumers, ///< fewer consumers have subscribed than the producer waits for
        NoRoom,          ///< a consumer has no room for the chunk
        NotTaken,        ///< a consumer has not yet taken everything
    };

    /// Whether it passes in a moment, and no event tells when.
    bool isBrief() const { return kind == Locked || kind == InUse; }

    Kind kind = None;
    QByteArrayList places = {}; ///< NoRoom: what is full; NotTaken: where chunks wait
};

} // namespace FileBus
