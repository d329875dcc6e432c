// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>

namespace FileBus
{

/// The names in a directory, unsorted, without those that begin with a dot; none if it cannot be read.
/// As bytes, which QDir would not keep.
QByteArrayList directoryListing(const QByteArray &directory);

} // namespace FileBus
