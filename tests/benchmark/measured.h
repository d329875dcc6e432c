// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

/// The time of one call of @p call in microseconds: the median of @p count calls, because others use the machine, too.
template<typename Call>
double medianMicroseconds(int count, Call call)
{
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
        const auto start = std::chrono::steady_clock::now();
        call();
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::nth_element(times.begin(), times.begin() + count / 2, times.end());
    return times[static_cast<size_t>(count / 2)];
}

/// A bus in its own directory below @p place.
class MeasuredBus
{
public:
    explicit MeasuredBus(const char *place)
        : m_directory(QString::fromLocal8Bit(place) + QStringLiteral("/filebus-bench-XXXXXX"))
    { }

    QString path() const { return m_directory.filePath(QStringLiteral("bus")); }

private:
    QTemporaryDir m_directory;
};
