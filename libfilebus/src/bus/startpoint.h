// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtypes.h>

namespace FileBus
{

/// Where a reader begins.
struct StartPoint {
    enum Kind {
        Last,       ///< with the chunk that is on the bus
        New,        ///< with the first one after it
        All,        ///< with the oldest in the history
        AtSequence, ///< with the given number
    };
    Kind kind = Last;
    quint64 sequence = 0;
};

} // namespace FileBus
