// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/qtypes.h>

namespace FileBus
{

/// Counts how often a file was replaced by a rename, from the events of its directory. What the original publishes has no
/// numbers; this is how one can tell that chunks came and went unseen. It never counts too many, but the kernel may report too
/// few.
class Replacements
{
public:
    virtual ~Replacements() = default;

    /// False where the system reports nothing.
    virtual bool areCounted() const = 0;
    /// How many have happened since the last call.
    virtual quint64 take() = 0;
};

} // namespace FileBus
