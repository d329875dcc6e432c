// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>

/// The paths of all buses that lie in a directory, sorted. Nothing is opened for writing.
QByteArrayList busesInDirectory(const QByteArray &directory);
