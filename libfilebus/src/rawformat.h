// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busfile.h"

#include <filebus/chunk.h>
#include <filebus/format.h>

namespace FileBus
{

/// Chunks of the raw format (FORMAT.md, "The raw format"): the file is the payload. Pure; touches no file.
namespace RawFormat
{
/// Whether a file with that content was not meant to be a tar archive. What bears one of the marks of a bus's archive is one,
/// so that a damaged one is refused and not taken for a payload.
bool isRaw(QByteArrayView bytes);

/// The chunk in a file of that content; @p file tells its time.
Result<Chunk> decode(const QByteArray &bytes, const FileIdentity &file);
} // namespace RawFormat

/// The chunk in a file of that content; without @p format, of the format that its content tells.
Result<Chunk> decodeFile(QByteArray bytes, const FileIdentity &file, std::optional<Format> format);

} // namespace FileBus
