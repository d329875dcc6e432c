// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>

namespace FileBus
{

/// The names in a directory, in no particular order; none if it cannot be read. Those that begin with a dot are left out, or are
/// the only ones (without "." and "..").
enum class Names { Visible, Hidden };
QByteArrayList directoryListing(const QByteArray &directory, Names which = Names::Visible);

} // namespace FileBus
