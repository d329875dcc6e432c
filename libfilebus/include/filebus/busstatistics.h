// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>
#include <filebus/export.h>

#include <chrono>
#include <memory>
#include <optional>

namespace FileBus
{
class BusStatisticsPrivate;

/// Calculates rates, losses and latency of a bus from the chunks that an observer receives. All programs that show figures of a
/// bus use this class, so their figures agree.
///
/// It reads no files, and no clock except in Instant::now(). Reentrant, not thread-safe.
class FILEBUS_EXPORT BusStatistics
{
public:
    /// A point in time on two clocks. Durations are measured with the first, which nobody can set.
    struct FILEBUS_EXPORT Instant {
        std::chrono::nanoseconds elapsed{}; ///< since a fixed moment (CLOCK_MONOTONIC); must not decrease
        qint64 time = 0; ///< nanoseconds since 1970 (CLOCK_REALTIME), as in chunks; may jump when the clock is set

        /// The current time of both clocks.
        static Instant now();
    };

    struct Figures {
        double publishedRate = 0;   ///< chunks per second, by sequence numbers: right even if the observer is slow
        double seenRate = 0;        ///< chunks per second that the observer receives
        double byteRate = 0;        ///< payload bytes per second that the observer receives
        quint64 chunks = 0;         ///< chunks received since begin()
        quint64 bytes = 0;          ///< payload bytes received since begin()
        quint64 lost = 0;           ///< chunks lost since begin()
        quint64 newestSequence = 0; ///< 0 before the first numbered chunk
        std::optional<std::chrono::nanoseconds> age; ///< of the newest chunk; nothing before the first one
        std::optional<std::chrono::nanoseconds>
            latencyMedian; ///< from publish to receipt, within the window; nothing if the window is empty
        std::optional<std::chrono::nanoseconds> latency99; ///< the 99th percentile; nothing if the window is empty
        /// The newest chunk was received more than a millisecond before it was published: a clock was set, or the clocks of two
        /// hosts differ. Age and latency then count from its receipt.
        bool clocksDiffer = false;
    };

    /// Rates and latencies cover the last @p window (more than 0), or the last eight chunks if these span more time, but at most
    /// one minute, unless the last two chunks are farther apart. While no chunk arrives, the rates fall. They are 0 once both @p
    /// window and five times the average interval between chunks have passed.
    explicit BusStatistics(std::chrono::nanoseconds window = std::chrono::seconds(1));
    BusStatistics(BusStatistics &&other) noexcept;
    BusStatistics &operator=(BusStatistics &&other) noexcept;
    ~BusStatistics();

    /// The observer begins to look. Chunks that were published before have an age, but no latency. Call this once, before all
    /// other functions.
    void begin(const Instant &now);
    /// Call this for each Consumer::chunkReceived(). @p now is the time of receipt.
    void chunkReceived(const Chunk &chunk, const Instant &now);
    /// Call this for each Consumer::chunksLost().
    void chunksLost(quint64 count);

    /// The figures as of @p now.
    Figures figures(const Instant &now) const;

private:
    std::unique_ptr<BusStatisticsPrivate> d;
};

} // namespace FileBus
