// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>

/// The paths of all buses in a directory, sorted. Opens nothing for writing.
QByteArrayList busesInDirectory(const QByteArray &directory);
