// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdirectory.h"
#include "exitstatus.h"
#include "losslessbus.h"
#include "program.h"

using namespace Qt::StringLiterals;

inline const QByteArrayList input{"chunk 1\n", "chunk 2\n", "chunk 3\n"};
inline const QStringList perChunk{u"--block-size"_s, u"8"_s};

/// The options of the consumer "log".
inline QStringList durable(const QStringList &options)
{
    return QStringList{u"--name"_s, u"log"_s, u"--sleep-interval"_s, u"0.05"_s} + options;
}

/// A bus with an inbox "log" in which the input waits.
struct WaitingBus : BusDirectory {
    /// If the first waiting number is 1, no consumer needs to look for it; otherwise it must read the directory.
    explicit WaitingBus(bool beginsWithOne = true)
    {
        if (!beginsWithOne)
            publish(bus(), "before\n");
        Program subscribing(losslessConsumerOf(bus(), durable({u"--timeout"_s, u"0.001"_s})));
        wellMade = subscribing.begin() && subscribing.status() == ExitStatus::temporaryFailure
            && publish(bus(), input.join(), perChunk + QStringList{u"--lossless"_s, u"--no-drain"_s})
            && waitingIn(bus(), u"log"_s) == input.size();
    }
    QString inbox() const { return bus() + u".d/inbox/log"_s; }
    QString entry(int number) const { return inbox() + u"/%1"_s.arg(number, 20, 10, QLatin1Char('0')); }
    QStringList damaged() const { return namesIn(bus() + u".d/damaged"_s); }

    bool wellMade = false;
};
