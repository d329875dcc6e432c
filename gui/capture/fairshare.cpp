// SPDX-License-Identifier: Apache-2.0
#include "fairshare.h"

#include <algorithm>

qint64 fairShare(QList<qint64> sizes, qint64 total)
{
    std::sort(sizes.begin(), sizes.end());
    qsizetype sharing = sizes.size();
    for (const qint64 size : std::as_const(sizes)) {
        if (size > total / sharing)
            return total / sharing;
        total -= size;
        --sharing;
    }
    return sizes.isEmpty() ? 0 : sizes.last();
}
