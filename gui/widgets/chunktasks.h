// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtCore/QList>

class QWidget;

/// What can be done with captured chunks, beside looking at them.
namespace ChunkTasks
{
/// The payloads, one after the other; one alone also as bytes.
void copyPayloads(const QList<ChunkEntry> &entries);
/// Asks for a file and writes the payload of @p entry into it.
void savePayload(const ChunkEntry &entry, QWidget *window);
} // namespace ChunkTasks
