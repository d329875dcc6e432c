// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "options.h"

/// The file descriptors without which Qt, and so every command, would abort.
namespace Descriptors
{
/// Ends the program with a sentence if it cannot have as many as the command needs, beside those that are open.
void requireFor(const Options &options);

/// How many can be had, beside those that are open, up to @p most.
int available(int most);

/// Ends the program with a sentence on errno.
[[noreturn]] void endForLack();
} // namespace Descriptors
