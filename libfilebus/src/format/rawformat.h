// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <filebus/chunk.h>

namespace FileBus
{

/// Chunks of the raw format (FORMAT.md, "The raw format"): the file is the payload. Pure; touches no file.
namespace RawFormat
{
/// Whether a file with that content was not meant to be a tar archive. What bears one of the marks of a bus's archive is one,
/// so that a damaged one is refused and not taken for a payload.
bool isRaw(QByteArrayView bytes);

/// The chunk in a file of that content, which was last @p modified then, in nanoseconds since 1970.
Result<Chunk> decode(const QByteArray &bytes, qint64 modified);
} // namespace RawFormat

} // namespace FileBus
