// SPDX-License-Identifier: Apache-2.0
#include <filebus/busstatistics.h>

#include <QtCore/QList>

#include <algorithm>
#include <deque>
#include <numeric>

namespace FileBus
{

namespace
{

constexpr double nanosecondsPerSecond = 1e9;
constexpr size_t mostSamples = 100'000; // a bound on memory; at higher rates the window shrinks

/// One chunk, as far as the figures need it.
struct Sample {
    qint64 seen;
    qint64 published; // 0 if the chunk does not tell exactly
    QUuid stream;
    quint64 sequence;
    qsizetype size;
};

double perSecond(double amount, qint64 nanoseconds)
{
    return nanoseconds > 0 ? amount * nanosecondsPerSecond / static_cast<double>(nanoseconds) : 0;
}

// By the nearest-rank method.
std::chrono::nanoseconds percentile(QList<qint64> &values, double part)
{
    const auto rank = static_cast<qsizetype>(part * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return std::chrono::nanoseconds(values[rank]);
}

} // namespace

class BusStatisticsPrivate
{
public:
    using Samples = std::deque<Sample>;

    bool isQuiet(qint64 now) const;
    bool wentBack(const Chunk &chunk) const;
    double publishedRate(qint64 now) const;
    void addSeenRates(BusStatistics::Figures &figures, qint64 now) const;
    void addLatencies(BusStatistics::Figures &figures, qint64 now) const;

    qint64 window = 0;
    Samples samples; // those of the window, and the newest before it
    quint64 chunks = 0;
    quint64 bytes = 0;
    quint64 lost = 0;
    quint64 newestSequence = 0;
    qint64 newestTime = 0;
    qint64 begin = 0;
};

bool BusStatisticsPrivate::isQuiet(qint64 now) const
{
    return samples.empty() || samples.back().seen <= now - window;
}

bool BusStatisticsPrivate::wentBack(const Chunk &chunk) const
{
    return !samples.empty() && chunk.isNumbered() && samples.back().stream == chunk.streamId()
        && samples.back().sequence >= chunk.sequence();
}

// All rates are taken from the same two moments: the last chunk before the window, which is not counted itself, and now. So they
// are equal as long as nothing is lost, also when the window has only begun.
double BusStatisticsPrivate::publishedRate(qint64 now) const
{
    if (isQuiet(now) || samples.back().sequence == 0)
        return 0;
    const Sample &newest = samples.back();
    const auto base =
        std::find_if(samples.begin(), samples.end(), [&](const Sample &sample) { return sample.stream == newest.stream; });
    return perSecond(static_cast<double>(newest.sequence - base->sequence), now - base->published);
}

void BusStatisticsPrivate::addSeenRates(BusStatistics::Figures &figures, qint64 now) const
{
    if (isQuiet(now))
        return;
    const qint64 duration = now - samples.front().seen;
    const qint64 size = std::accumulate(samples.begin() + 1, samples.end(), qint64(0),
                                        [](qint64 sum, const Sample &sample) { return sum + sample.size; });
    figures.seenRate = perSecond(static_cast<double>(samples.size() - 1), duration);
    figures.byteRate = perSecond(static_cast<double>(size), duration);
}

void BusStatisticsPrivate::addLatencies(BusStatistics::Figures &figures, qint64 now) const
{
    QList<qint64> latencies;
    for (const Sample &sample : samples) {
        if (sample.published > 0 && sample.published >= begin && sample.seen > now - window)
            latencies.append(std::max<qint64>(sample.seen - sample.published, 0));
    }
    if (latencies.isEmpty())
        return;
    figures.latencyMedian = percentile(latencies, 0.5);
    figures.latency99 = percentile(latencies, 0.99);
}

BusStatistics::BusStatistics(std::chrono::nanoseconds window)
    : d(std::make_unique<BusStatisticsPrivate>())
{
    d->window = window.count();
}

BusStatistics::BusStatistics(BusStatistics &&other) noexcept = default;
BusStatistics &BusStatistics::operator=(BusStatistics &&other) noexcept = default;
BusStatistics::~BusStatistics() = default;

void BusStatistics::begin(qint64 now)
{
    d->begin = now;
}

void BusStatistics::chunkReceived(const Chunk &chunk, qint64 now)
{
    const qsizetype size = chunk.payload().size();
    ++d->chunks;
    d->bytes += static_cast<quint64>(size);
    d->newestTime = std::max(d->newestTime, chunk.time());
    if (d->wentBack(chunk)) // no rate can be taken across that
        d->samples.clear();
    if (chunk.isNumbered())
        d->newestSequence = chunk.sequence();
    d->samples.push_back({now, chunk.isNumbered() ? chunk.time() : 0, chunk.streamId(), chunk.sequence(), size});
    while (d->samples.size() > 1 && (d->samples[1].seen <= now - d->window || d->samples.size() > mostSamples))
        d->samples.pop_front();
}

void BusStatistics::chunksLost(quint64 count)
{
    d->lost += count;
}

BusStatistics::Figures BusStatistics::figures(qint64 now) const
{
    Figures figures;
    figures.chunks = d->chunks;
    figures.bytes = d->bytes;
    figures.lost = d->lost;
    figures.newestSequence = d->newestSequence;
    if (d->newestTime > 0)
        figures.age = std::chrono::nanoseconds(std::max<qint64>(now - d->newestTime, 0));

    figures.publishedRate = d->publishedRate(now);
    d->addSeenRates(figures, now);
    d->addLatencies(figures, now);
    return figures;
}

} // namespace FileBus
