// SPDX-License-Identifier: Apache-2.0
#include "system/system.h"

namespace FileBus
{

const System &System::current()
{
    return ofLinux();
}

} // namespace FileBus
