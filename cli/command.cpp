// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include "messages.h"

std::unique_ptr<Command> Command::create(const Options &options)
{
    return findCommand(options.command)->create(options);
}

void Command::fail(int exitStatus, const QString &why)
{
    Messages::print(why);
    Q_EMIT finished(exitStatus);
}
