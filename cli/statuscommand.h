// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"
#include "observedgroup.h"

#include <QtCore/QTimer>

#include <vector>

/// filebus status: watches buses for a second and shows what they are doing, once or repeatedly.
class StatusCommand : public Command
{
    Q_OBJECT
public:
    explicit StatusCommand(const Options &options);

    void start() override;
    bool endThreads() override;

private:
    /// Where to find the report of a bus.
    struct Place {
        ObservedGroup *group;
        qsizetype index;
    };

    void makeGroups();
    void ask();
    void showWhenAllAnswered();
    void show();
    ObservedReport reportAt(const Place &place) const;

    Options m_options;
    std::vector<std::unique_ptr<ObservedGroup>> m_groups;
    QList<Place> m_places; ///< in the order of the command line
    QList<ObservedGroup *> m_awaited;
    QTimer m_timer;
    QTimer m_deadline;
};
