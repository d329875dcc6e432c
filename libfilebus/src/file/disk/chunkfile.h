// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "file/disk/fileidentity.h"
#include "file/disk/freshness.h"
#include "file/disk/pinnedfile.h"

#include <filebus/chunk.h>
#include <filebus/format.h>

#include <optional>

namespace FileBus
{

/// The chunk in a file of that content. Without @p format, the content tells the format.
Result<Chunk> decodeFile(QByteArray bytes, const FileIdentity &file, std::optional<Format> format);

/// The chunk in the open file, which is at @p path; nothing if the file is empty.
Result<std::optional<Chunk>> readChunk(PinnedFile &file, const QByteArray &path, std::optional<Format> format = Format::Tar);

/// The chunk in the file at @p path; nothing if there is no file, or an empty one.
Result<std::optional<Chunk>> readChunkFile(const QByteArray &path, Freshness freshness,
                                           std::optional<Format> format = Format::Tar);

} // namespace FileBus
