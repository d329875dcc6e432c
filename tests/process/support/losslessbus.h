// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "program.h"

/// The arguments for a lossless producer and a lossless consumer of @p bus.
QStringList losslessProducerOf(const QString &bus, const QStringList &options = {});
QStringList losslessConsumerOf(const QString &bus, const QStringList &options = {});

/// @p count lines, each with its number.
QByteArray numberedLines(int count, int first = 0);

/// The inboxes of the bus that are there.
QStringList inboxes(const QString &bus);
/// How many chunks wait in the inbox; -1 if there is none.
qsizetype waitingIn(const QString &bus, const QString &name);

/// Stops the process, as ^Z does: it lives, but takes nothing.
void suspend(Program &program);
