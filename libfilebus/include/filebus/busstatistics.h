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

/// Rates, losses and latency of a bus, from the chunks that an observer received. Whoever shows figures of a bus takes them from
/// here, so that two programs never disagree.
///
/// Pure: it reads no clock. Not thread-safe.
class FILEBUS_EXPORT BusStatistics
{
public:
    /// A moment, by two clocks. Durations are measured by the first, which nobody can set.
    struct Instant {
        std::chrono::nanoseconds elapsed{}; ///< since any fixed moment (CLOCK_MONOTONIC); must not go back
        qint64 time = 0; ///< nanoseconds since 1970 (CLOCK_REALTIME), as in the chunks; may jump when the clock is set
    };

    struct Figures {
        double publishedRate = 0;   ///< chunks per second, by sequence numbers: true however slow the observer is
        double seenRate = 0;        ///< chunks per second that the observer received
        double byteRate = 0;        ///< bytes of payload per second that the observer received
        quint64 chunks = 0;         ///< received since the beginning
        quint64 bytes = 0;          ///< of their payloads
        quint64 lost = 0;           ///< since the beginning
        quint64 newestSequence = 0; ///< 0 before the first numbered chunk
        std::optional<std::chrono::nanoseconds> age; ///< of the newest chunk; nothing before the first
        std::optional<std::chrono::nanoseconds>
            latencyMedian;                                 ///< from publish to receipt, over the window; nothing if it is empty
        std::optional<std::chrono::nanoseconds> latency99; ///< 99 in 100 were as fast
        /// The newest chunk came before it was published, by more than a millisecond: a clock was set, or two hosts differ. Age
        /// and latency then count from its receipt.
        bool clocksDiffer = false;
    };

    /// Rates and latencies cover @p window, or the last eight chunks if these take longer, but at most a minute, unless the last
    /// two chunks are farther apart. Without another chunk a rate sinks; it is 0 after the time of five chunks, and of @p window.
    explicit BusStatistics(std::chrono::nanoseconds window = std::chrono::seconds(1));
    BusStatistics(BusStatistics &&other) noexcept;
    BusStatistics &operator=(BusStatistics &&other) noexcept;
    ~BusStatistics();

    /// The observer begins to look. How old a chunk was that had been published before is no latency.
    void begin(const Instant &now);
    void chunkReceived(const Chunk &chunk, const Instant &now);
    void chunksLost(quint64 count);

    Figures figures(const Instant &now) const;

private:
    std::unique_ptr<BusStatisticsPrivate> d;
};

} // namespace FileBus
