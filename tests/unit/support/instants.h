// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/busstatistics.h>

#include <cmath>

/// Times, and the chunks that are published at them, for tests of statistics.

inline constexpr qint64 millisecond = 1'000'000;
inline constexpr qint64 second = 1000 * millisecond;
inline constexpr qint64 start = 1'000'000 * second;

/// The instant at which a correct clock shows @p time.
inline FileBus::BusStatistics::Instant at(qint64 time)
{
    return {std::chrono::nanoseconds(time - start), time};
}

inline FileBus::Chunk chunk(quint64 sequence, qint64 time, qsizetype size = 100)
{
    static const QUuid stream = QUuid::createUuid();
    FileBus::Chunk chunk(QByteArray(size, 'x'));
    chunk.setStreamId(stream);
    chunk.setSequence(sequence);
    chunk.setTime(time);
    return chunk;
}

inline bool isAbout(double value, double expected, double tolerance = 0.01)
{
    return std::abs(value - expected) < tolerance * expected;
}
