// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uniquefd.h"

#include <QtCore/QByteArray>

namespace FileBus
{

/// Counts how often a file was replaced by a rename, from the events of its directory. What the original publishes has no
/// numbers; this is how one can tell that chunks came and went unseen. It never counts too many, but the kernel may tell too few.
class ReplacementCounter
{
public:
    /// Begins to count. @p path: of the bus.
    explicit ReplacementCounter(const QByteArray &path);

    /// False where the system tells nothing: inotify(7) is exhausted, or the directory cannot be watched.
    bool works() const { return m_works; }

    /// How many replacements have happened since the last call.
    quint64 take();

private:
    UniqueFd m_events;
    QByteArray m_name;
    bool m_works = false;
};

} // namespace FileBus
