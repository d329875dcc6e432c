// SPDX-License-Identifier: Apache-2.0
#include "api/refusal.h"

namespace FileBus
{

bool isAllowed(bool allowed, LoggingCategory category, const char *function, const char *reason)
{
    if (!allowed)
        qCWarning(category).nospace() << function << ": " << reason;
    return allowed;
}

bool isInRange(qint64 value, qint64 least, qint64 most, LoggingCategory category, const char *function, const char *unit)
{
    const bool isIn = value >= least && value <= most;
    if (!isIn)
        qCWarning(category).nospace() << function << ": " << value << unit << " is out of range; the range is from " << least
                                      << " to " << most << unit;
    return isIn;
}

bool isInRange(std::chrono::milliseconds value, std::chrono::milliseconds least, std::chrono::milliseconds most,
               LoggingCategory category, const char *function)
{
    return isInRange(value.count(), least.count(), most.count(), category, function, " ms");
}

} // namespace FileBus
