// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

/// The file descriptors that every command needs, as Qt aborts without them.
namespace Descriptors
{
/// Exits with a message if fewer descriptors are available than the command needs.
void requireFor(const Options &options);

/// How many more descriptors can be opened, at most @p most.
int available(int most);

/// Exits with a message about errno.
[[noreturn]] void endForLack();
} // namespace Descriptors
