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

/// Rates, losses and latency of a bus, calculated from the chunks that an observer received. All programs that show figures of a
/// bus take them from here, so that they never disagree.
///
/// It reads no clock and no file. Reentrant, not thread-safe.
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
        std::optional<std::chrono::nanoseconds> latency99; ///< the 99th percentile; nothing if the window is empty
        /// The newest chunk came before it was published, by more than a millisecond: a clock was set, or two hosts differ. Age
        /// and latency then count from its receipt.
        bool clocksDiffer = false;
    };

    /// Rates and latencies cover @p window (more than 0), or the last eight chunks if these span longer, but at most a minute,
    /// unless the last two chunks are farther apart. While no chunk comes, a rate falls; it is 0 once five average intervals
    /// between chunks, and @p window, have passed.
    explicit BusStatistics(std::chrono::nanoseconds window = std::chrono::seconds(1));
    BusStatistics(BusStatistics &&other) noexcept;
    BusStatistics &operator=(BusStatistics &&other) noexcept;
    ~BusStatistics();

    /// The observer begins to look: chunks that were published before this have an age, but no latency. To be called once, first.
    void begin(const Instant &now);
    /// As Consumer::chunkReceived(); @p now is the moment of receipt.
    void chunkReceived(const Chunk &chunk, const Instant &now);
    /// As Consumer::chunksLost().
    void chunksLost(quint64 count);

    /// The figures as of @p now.
    Figures figures(const Instant &now) const;

private:
    std::unique_ptr<BusStatisticsPrivate> d;
};

} // namespace FileBus
