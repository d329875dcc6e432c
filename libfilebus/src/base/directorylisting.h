// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <QtCore/QByteArrayList>

namespace FileBus
{

/// The names in a directory, in no particular order; none if there is no such directory. Those that begin with a dot are left
/// out, or are the only ones (without "." and ".."). Fails if the directory cannot be read, or not to its end: then nothing is
/// known of what is in it.
enum class Names { Visible, Hidden };
Result<QByteArrayList> directoryListing(const QByteArray &directory, Names which = Names::Visible);

} // namespace FileBus
