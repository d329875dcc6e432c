// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtypes.h>

namespace FileBus
{

/// What the system says about a process.
struct ProcessState {
    quint64 started = 0;   ///< when, in a unit of its own; with the PID it is one process for ever. 0 if unknown
    bool isEnding = false; ///< a zombie, or about to be one: it may have closed its files
};

} // namespace FileBus
