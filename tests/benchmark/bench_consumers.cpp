// SPDX-License-Identifier: Apache-2.0
#include "measured.h"

#include <filebus/consumer.h>
#include <filebus/producer.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>

namespace
{

constexpr int publishes = 1000;

// The time from publish() until the last consumer has the chunk. All consumers live in this thread.
double reachTime(const char *place, int consumers, bool lossless)
{
    const MeasuredBus bus(place);
    QEventLoop loop;
    std::vector<std::unique_ptr<FileBus::Consumer>> all;
    int ready = 0, received = 0;
    for (int i = 0; i < consumers; ++i) {
        all.push_back(std::make_unique<FileBus::Consumer>(bus.path()));
        FileBus::Consumer &consumer = *all.back();
        consumer.setLossless(lossless);
        QObject::connect(&consumer, &FileBus::Consumer::chunkReceived, &loop, [&] {
            if (++received % consumers == 0)
                loop.quit();
        });
        QObject::connect(&consumer, &FileBus::Consumer::subscribed, &loop, [&] {
            if (++ready == consumers)
                loop.quit();
        });
        consumer.start();
    }
    if (lossless && ready < consumers)
        loop.exec();
    FileBus::Producer producer(bus.path());
    producer.setLossless(lossless);
    const QByteArray payload(4096, 'x');
    return medianMicroseconds(publishes, [&] {
        if (producer.publish(payload))
            loop.exec();
    });
}

} // namespace

// bench_consumers DIRECTORY…: the cost of a chunk of 4 KiB until 1, 8 and 32 consumers have received it.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    std::printf("%-20s %8s %10s %10s %10s\n", "reach in", "consumers", "kind", "us", "us each");
    for (int i = 1; i < argc; ++i) {
        for (const bool lossless : {false, true}) {
            for (const int consumers : {1, 8, 32}) {
                const double time = reachTime(argv[i], consumers, lossless);
                std::printf("%-20s %8d %10s %10.1f %10.1f\n", argv[i], consumers, lossless ? "lossless" : "lossy", time,
                            time / consumers);
            }
        }
    }
}
