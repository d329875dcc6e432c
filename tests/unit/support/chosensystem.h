// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "system/system.h"

#include <utility>

namespace FileBus
{

/// Has this process use one of the implementations of System, by its name for FILEBUS_MONITOR, as long as this lives.
class ChosenSystem
{
public:
    explicit ChosenSystem(QByteArrayView monitor)
        : m_system(System::named(monitor))
        , m_before(System::chosen())
    {
        if (m_system)
            System::chosen() = m_system;
    }
    ~ChosenSystem() { System::chosen() = m_before; }
    Q_DISABLE_COPY_MOVE(ChosenSystem)

    /// False if this build does not have it.
    explicit operator bool() const { return m_system != nullptr; }

private:
    const System *m_system;
    const System *m_before;
};

} // namespace FileBus
