// SPDX-License-Identifier: Apache-2.0
#include "system/system.h"

namespace FileBus
{

const System *System::named(QByteArrayView monitor)
{
#ifdef FILEBUS_HAS_INOTIFY
    if (monitor == "inotify")
        return &ofLinux();
#endif
#ifdef FILEBUS_HAS_QT_MONITOR
    if (monitor == "qt")
        return &portable();
#endif
    return nullptr;
}

// Only a build with tests has more than one.
const System *&System::chosen()
{
    static const System *const asked = named(qgetenv("FILEBUS_MONITOR"));
    static const System *system = asked ? asked : named(FILEBUS_MONITOR);
    return system;
}

const System &System::current()
{
    return *chosen();
}

} // namespace FileBus
