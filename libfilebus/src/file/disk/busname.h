// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

namespace FileBus
{

/// Refuses a path that names no file, before anything is looked for or made there: one that was never set, or is empty; one with
/// a NUL, behind which the system would not look; one that ends in a directory ("/", "/.", "/.."); and a relative one, which is
/// what BusFile leaves where the working directory is gone.
Outcome checkFileName(const QByteArray &path);

/// The same for a stream, of which the path itself names nothing; a directory there is a mistake all the same.
Outcome checkStreamName(const QByteArray &path);

} // namespace FileBus
