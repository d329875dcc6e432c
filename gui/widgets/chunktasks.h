// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtCore/QList>

class QWidget;

/// What the user can do with captured chunks.
namespace ChunkTasks
{
/// Copies the payloads as text, one after the other; a single one also as bytes.
void copyPayloads(const QList<ChunkEntry> &entries);
/// Asks for a file and writes the payload of @p entry to it.
void savePayload(const ChunkEntry &entry, QWidget *window);
} // namespace ChunkTasks
