// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"

#include <filebus/consumer.h>

/// filebus unsubscribe: removes a named subscription.
class UnsubscribeCommand : public Command
{
    Q_OBJECT
public:
    explicit UnsubscribeCommand(const Options &options);

    void start() override;

private:
    FileBus::Consumer m_consumer;
};
