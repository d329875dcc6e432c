// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QList>

/// The most that each of several owners may keep so that together they keep @p total. Owners with less keep everything; those
/// with most give first.
qint64 fairShare(QList<qint64> sizes, qint64 total);
