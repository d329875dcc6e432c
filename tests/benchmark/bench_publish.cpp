// SPDX-License-Identifier: Apache-2.0
#include "measured.h"

#include <filebus/producer.h>

#include <QtCore/QCoreApplication>

namespace
{

constexpr int rounds = 5; // interleaved, so that other load on the machine affects all of them alike
constexpr int publishes = 4000;
constexpr quint64 depths[] = {0, 64, 1024};

double publishTime(const char *place, quint64 history, qsizetype size)
{
    const MeasuredBus bus(place);
    FileBus::Producer producer(bus.path());
    producer.setHistory(history, qint64(1) << 40);
    const QByteArray payload(size, 'x');
    for (quint64 i = 0; i < history + 100; ++i)
        producer.publish(payload);
    return medianMicroseconds(publishes, [&] { producer.publish(payload); });
}

void measure(const char *place, qsizetype size)
{
    double best[std::size(depths)] = {1e9, 1e9, 1e9};
    for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < std::size(depths); ++i)
            best[i] = std::min(best[i], publishTime(place, depths[i], size));
    }
    for (size_t i = 0; i < std::size(depths); ++i)
        std::printf("%-20s %8lld %8llu %10.1f %10.2f\n", place, static_cast<long long>(size),
                    static_cast<unsigned long long>(depths[i]), best[i], best[i] / best[1]);
}

} // namespace

// bench_publish DIRECTORY…: the cost of a publish for several sizes of the history. It must not grow with the history.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    std::printf("%-20s %8s %8s %10s %10s\n", "publish in", "bytes", "history", "us", "to 64");
    for (int i = 1; i < argc; ++i) {
        for (const qsizetype size : {64, 4096, 65536})
            measure(argv[i], size);
    }
}
