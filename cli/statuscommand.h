// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"
#include "observedbus.h"

#include <QtCore/QTimer>

#include <vector>

/// filebus status: watches buses for a second and shows what they do, once or again and again.
class StatusCommand : public Command
{
    Q_OBJECT
public:
    explicit StatusCommand(const Options &options);

    void start() override;

private:
    void show();
    QByteArray asText() const;
    QByteArray asJson() const;

    Options m_options;
    std::vector<std::unique_ptr<ObservedBus>> m_buses;
    QTimer m_timer;
};
