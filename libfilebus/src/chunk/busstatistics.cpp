// SPDX-License-Identifier: Apache-2.0
#include <filebus/busstatistics.h>

#include "base/clock.h"

#include <QtCore/QList>

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

namespace FileBus
{

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace
{

constexpr size_t mostSamples = 100'000; // a bound on memory; at higher rates the window shrinks
constexpr size_t fewestIntervals = 8;   // that make a rate, if they take no longer than this:
constexpr nanoseconds longestWindow = 1min;
constexpr int mostMissed = 5; // intervals without a chunk, until the rate is 0
constexpr nanoseconds clockTolerance = 1ms;

/// One chunk, as far as the figures need it.
struct Sample {
    nanoseconds at; // by the monotonic clock
    std::optional<nanoseconds> latency;
    QUuid stream;
    quint64 sequence;
    qsizetype size;
};

double perSecond(double amount, nanoseconds time)
{
    return time > 0ns ? amount / std::chrono::duration<double>(time).count() : 0;
}

// By the nearest-rank method.
nanoseconds percentile(QList<nanoseconds> &values, double part)
{
    const auto rank = static_cast<qsizetype>(std::llround(part * static_cast<double>(values.size() - 1)));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[rank];
}

} // namespace

BusStatistics::Instant BusStatistics::Instant::now()
{
    return {std::chrono::steady_clock::now().time_since_epoch(), wallClock()};
}

class BusStatisticsPrivate
{
public:
    using Samples = std::deque<Sample>;

    bool canBegin(size_t sample, nanoseconds now) const;
    Samples::const_iterator base(nanoseconds now) const;
    void noteAge(const Chunk &chunk, const BusStatistics::Instant &now);
    void addSample(const Chunk &chunk, nanoseconds now);
    bool wentBack(const Chunk &chunk) const;
    bool isQuiet(nanoseconds now) const;
    void addRates(BusStatistics::Figures &figures, nanoseconds now) const;
    void addLatencies(BusStatistics::Figures &figures, nanoseconds now) const;

    nanoseconds window{};
    Samples samples; // those of the window, and the newest before it
    quint64 chunks = 0;
    quint64 bytes = 0;
    quint64 lost = 0;
    quint64 newestSequence = 0;
    std::optional<nanoseconds> newestAge; // when it was received
    nanoseconds newestReceived{};
    bool clocksDiffer = false;
    nanoseconds begin{};
};

// Whether the window can begin with that sample, which is not counted itself.
bool BusStatisticsPrivate::canBegin(size_t sample, nanoseconds now) const
{
    const size_t intervals = samples.size() - 1 - sample;
    const nanoseconds age = now - samples[sample].at;
    return (age >= window && intervals >= fewestIntervals) || (age >= longestWindow && intervals > 0);
}

bool BusStatisticsPrivate::wentBack(const Chunk &chunk) const
{
    return !samples.empty() && chunk.isNumbered() && samples.back().stream == chunk.streamId()
        && samples.back().sequence >= chunk.sequence();
}

// Where the window begins; not to be called without samples. Most that cannot be it were removed when they were added to.
BusStatisticsPrivate::Samples::const_iterator BusStatisticsPrivate::base(nanoseconds now) const
{
    size_t sample = 0;
    while (sample + 1 < samples.size() && canBegin(sample + 1, now))
        ++sample;
    return samples.begin() + static_cast<Samples::difference_type>(sample);
}

// Kept as a duration, which stays true when the clock is set.
void BusStatisticsPrivate::noteAge(const Chunk &chunk, const BusStatistics::Instant &now)
{
    newestReceived = now.elapsed;
    newestAge.reset();
    if (chunk.time() == 0)
        return;
    const nanoseconds age(now.time - chunk.time());
    clocksDiffer = age < -clockTolerance;
    newestAge = std::max(age, 0ns);
}

// The chunk that was there before we looked counts from when it was published: it is the beginning of the first interval.
void BusStatisticsPrivate::addSample(const Chunk &chunk, nanoseconds now)
{
    const nanoseconds age = newestAge.value_or(0ns);
    const bool wasThere = age > now - begin;
    const std::optional<nanoseconds> latency = chunk.isNumbered() && newestAge && !wasThere ? newestAge : std::nullopt;
    const nanoseconds at = chunks == 1 && wasThere ? now - age : now;
    if (wentBack(chunk)) // no rate can be taken across that
        samples.clear();
    samples.push_back({at, latency, chunk.streamId(), chunk.sequence(), chunk.payload().size()});
    while (samples.size() > 1 && (canBegin(1, now) || samples.size() > mostSamples))
        samples.pop_front();
}

// Nothing has come for several of the intervals before.
bool BusStatisticsPrivate::isQuiet(nanoseconds now) const
{
    if (samples.empty())
        return true;
    const auto first = base(now);
    const auto intervals = std::max<qint64>(samples.end() - first - 1, 1);
    return now - samples.back().at > std::max<nanoseconds>(window, mostMissed * (samples.back().at - first->at) / intervals);
}

// All rates are over the same time: from the beginning of the window to the newest chunk, or, once the next one is overdue, to
// where the rates would be taken if it came now. So they are equal as long as nothing is lost, and steady between two chunks.
void BusStatisticsPrivate::addRates(BusStatistics::Figures &figures, nanoseconds now) const
{
    const auto first = base(now);
    const Sample &newest = samples.back();
    const auto intervals = samples.end() - first - 1;
    if (intervals == 0)
        return;
    const nanoseconds duration = std::max<nanoseconds>(newest.at - first->at, (now - first->at) * intervals / (intervals + 1));
    const qint64 size =
        std::accumulate(first + 1, samples.end(), qint64(0), [](qint64 sum, const Sample &sample) { return sum + sample.size; });
    figures.seenRate = perSecond(static_cast<double>(intervals), duration);
    figures.byteRate = perSecond(static_cast<double>(size), duration);
    if (newest.sequence == 0)
        return;
    const auto same = std::find_if(first, samples.end(), [&](const Sample &sample) { return sample.stream == newest.stream; });
    figures.publishedRate = perSecond(static_cast<double>(newest.sequence - same->sequence), duration - (same->at - first->at));
}

void BusStatisticsPrivate::addLatencies(BusStatistics::Figures &figures, nanoseconds now) const
{
    QList<nanoseconds> latencies;
    for (auto sample = base(now); sample != samples.end(); ++sample) {
        if (sample->latency)
            latencies.append(*sample->latency);
    }
    if (latencies.isEmpty())
        return;
    figures.latencyMedian = percentile(latencies, 0.5);
    figures.latency99 = percentile(latencies, 0.99);
}

BusStatistics::BusStatistics(nanoseconds window)
    : d(std::make_unique<BusStatisticsPrivate>())
{
    d->window = window;
}

BusStatistics::BusStatistics(BusStatistics &&other) noexcept = default;
BusStatistics &BusStatistics::operator=(BusStatistics &&other) noexcept = default;
BusStatistics::~BusStatistics() = default;

void BusStatistics::begin(const Instant &now)
{
    d->begin = now.elapsed;
}

void BusStatistics::chunkReceived(const Chunk &chunk, const Instant &now)
{
    ++d->chunks;
    d->bytes += static_cast<quint64>(chunk.payload().size());
    if (chunk.isNumbered())
        d->newestSequence = chunk.sequence();
    d->noteAge(chunk, now);
    d->addSample(chunk, now.elapsed);
}

void BusStatistics::chunksLost(quint64 count)
{
    d->lost += count;
}

BusStatistics::Figures BusStatistics::figures(const Instant &now) const
{
    Figures figures;
    figures.chunks = d->chunks;
    figures.bytes = d->bytes;
    figures.lost = d->lost;
    figures.newestSequence = d->newestSequence;
    if (d->newestAge)
        figures.age = *d->newestAge + (now.elapsed - d->newestReceived);
    figures.clocksDiffer = d->clocksDiffer;
    if (d->isQuiet(now.elapsed))
        return figures;
    d->addRates(figures, now.elapsed);
    d->addLatencies(figures, now.elapsed);
    return figures;
}

} // namespace FileBus
