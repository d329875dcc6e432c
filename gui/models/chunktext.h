// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtCore/QString>

/// Chunks as text for the list.
namespace ChunkText
{
QString time(qint64 nanoseconds);                ///< of day, local, to the microsecond
QString dateTime(qint64 nanoseconds);            ///< with the date
QString clockTime(qint64 nanoseconds);           ///< of day, local, to the second
QString timeSince(qint64 before, qint64 now);    ///< "+0.000123"
QString sequence(const ChunkEntry &entry);       ///< "1,201", of a loss "1,201 – 1,212", "–" if there is none
QString size(qsizetype bytes);                   ///< "12,345"
QString producer(const FileBus::ProducerInfo &); ///< "program 4711"; empty if unknown
QString loss(const ChunkEntry &entry);           ///< "12 chunks lost, 1201 to 1212"
QString preview(const QByteArray &payload);      ///< its beginning, on one line
QString details(const ChunkEntry &entry);        ///< all metadata, one fact per line
QString count(quint64 number);                   ///< "1,234"
} // namespace ChunkText
