// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "commandline.h"

/// Words are separated by spaces.
inline CommandLine parse(const QByteArray &line)
{
    return CommandLine::parse(line.isEmpty() ? QByteArrayList() : line.split(' '));
}
