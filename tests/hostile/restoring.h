// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdirectory.h"
#include "onbus.h"
#include "program.h"

using namespace Qt::StringLiterals;

/// What the tests of restored backups have in common.

inline const QStringList soon{u"--sleep-interval"_s, u"0.02"_s};

/// One line per chunk.
inline QByteArray lines(char past, int first, int last)
{
    QByteArray text;
    for (int i = first; i <= last; ++i)
        text += past + QByteArray::number(i).rightJustified(6, '0') + '\n';
    return text;
}

inline const QStringList perLine{u"--block-size"_s, u"8"_s};

inline bool publishLines(const BusDirectory &directory, char past, int first, int last, const QStringList &options = {})
{
    return publish(directory.bus(), lines(past, first, last), perLine + options);
}

inline bool isOnBus(const BusDirectory &directory, const QByteArray &payload)
{
    const auto chunk = OnBus::chunkAt(directory.bus());
    return chunk && chunk->payload() == payload;
}

inline bool backUp(const BusDirectory &directory, const QString &to = u"aside"_s)
{
    return directory.shell(u"mkdir -p %1 && cp -a bus bus.d %1/"_s.arg(to));
}

/// Scripts that restore what backUp() has saved.
inline const QString restoreBoth = u"rm -rf bus bus.d; cp -a aside/bus.d aside/bus ."_s;
inline const QString restoreOver = u"cp -a --remove-destination aside/. ."_s; // like rsync(1) without --delete
inline const QString restoreFile = u"cp -a aside/bus new && mv new bus"_s;
inline const QString restoreSide = u"rm -rf bus.d; cp -a aside/bus.d ."_s;

inline bool saysPutBack(const QByteArray &errors)
{
    return errors.contains("was put back to an earlier state");
}
