// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "failure.h"
#include "freshness.h"

#include <filebus/chunk.h>
#include <filebus/format.h>

#include <optional>

namespace FileBus
{

/// The chunk in the file at @p path; nothing if there is no file, or an empty one.
Result<std::optional<Chunk>> readChunkFile(const QByteArray &path, Freshness freshness,
                                           std::optional<Format> format = Format::Tar);

} // namespace FileBus
