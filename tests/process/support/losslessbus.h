// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "program.h"

/// The arguments for a lossless producer and a lossless consumer of @p bus.
QStringList losslessProducerOf(const QString &bus, const QStringList &options = {});
QStringList losslessConsumerOf(const QString &bus, const QStringList &options = {});

/// @p count lines, each with its number.
QByteArray numberedLines(int count, int first = 0);

/// The existing inboxes of the bus.
QStringList inboxes(const QString &bus);
/// How many chunks wait in the inbox; -1 if it does not exist.
qsizetype waitingIn(const QString &bus, const QString &name);

/// Stops the process, like ^Z: it is alive, but takes nothing.
void suspend(Program &program);
