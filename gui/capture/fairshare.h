// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QList>

/// The most that each of several may keep, so that all together keep @p total: who has less keeps all, who has most gives first.
qint64 fairShare(QList<qint64> sizes, qint64 total);
