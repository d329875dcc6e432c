// SPDX-License-Identifier: Apache-2.0
#include "bus/thisproducer.h"

#include "system/system.h"

#include <filebus/chunk.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QSysInfo>

namespace FileBus
{

namespace
{
constexpr qsizetype longestText = 255;
} // namespace

ProducerInfo describeThisProducer()
{
    return {QUuid::createUuid(), QCoreApplication::applicationPid(), QSysInfo::machineHostName().left(longestText),
            System::current().program().left(longestText)};
}

} // namespace FileBus
