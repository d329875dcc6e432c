// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include "consumercommand.h"
#include "messages.h"
#include "producercommand.h"
#include "statuscommand.h"
#include "streamcommand.h"
#include "unsubscribecommand.h"

std::unique_ptr<Command> Command::create(const Options &options)
{
    if (options.command == "producer")
        return std::make_unique<ProducerCommand>(options);
    if (options.command == "status")
        return std::make_unique<StatusCommand>(options);
    if (options.command == "stream")
        return std::make_unique<StreamCommand>(options);
    if (options.command == "unsubscribe")
        return std::make_unique<UnsubscribeCommand>(options);
    return std::make_unique<ConsumerCommand>(options);
}

void Command::fail(int exitStatus, const QString &why)
{
    Messages::print(why);
    Q_EMIT finished(exitStatus);
}
