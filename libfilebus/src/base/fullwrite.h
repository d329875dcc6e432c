// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>

#include <sys/types.h>

namespace FileBus
{

/// Writes all of @p bytes to @p fd, from @p offset on. False, and errno, if that fails.
bool writeAt(int fd, const QByteArray &bytes, off_t offset);

} // namespace FileBus
