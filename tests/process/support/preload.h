// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

/// The value of LD_PRELOAD that loads @p library into the programs that this process starts as its own user: the loader takes
/// spaces and colons for ends of a name, and goes on without what it does not find. So this ends the test if it cannot be loaded.
QString preloadable(const QString &library);
