// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QString>

/// The value of LD_PRELOAD that loads @p library into the programs that this process starts as its own user. The loader treats
/// spaces and colons as separators and ignores files it cannot find, so this ends the test if the library cannot be loaded.
QString preloadable(const QString &library);
