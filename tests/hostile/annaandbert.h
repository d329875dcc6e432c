// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdirectory.h"
#include "onbus.h"
#include "program.h"

/// Two users and a group, and what they publish.

inline constexpr uid_t anna = 61'001;
inline constexpr uid_t bert = 61'002;
inline constexpr gid_t staff = 61'100;

inline bool publishAs(uid_t user, gid_t group, const BusDirectory &directory, const QByteArray &input,
                      const QStringList &options = {})
{
    Program producer(producerOf(directory.bus(), options));
    producer.setUser(user, group);
    const bool fed = producer.begin() && producer.feed(input);
    producer.closeWriteChannel();
    const int status = producer.status();
    if (status != 0)
        qWarning("%s", producer.errors().constData());
    return fed && status == 0;
}

/// In the history.
inline QByteArray newestOn(const QString &bus)
{
    const QByteArrayList payloads = OnBus::payloads(bus);
    return payloads.isEmpty() ? QByteArray() : payloads.last();
}
