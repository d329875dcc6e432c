// SPDX-License-Identifier: Apache-2.0
#include "measured.h"

#include <filebus/consumer.h>
#include <filebus/producer.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>

namespace
{

constexpr int chunks = 1000;

// The time from start() to the last chunk, per chunk in the history.
double readTime(const char *place, qsizetype size)
{
    const MeasuredBus bus(place);
    FileBus::Producer producer(bus.path());
    producer.setHistory(chunks, qint64(1) << 40);
    for (int i = 0; i < chunks; ++i)
        producer.publish(QByteArray(size, 'x'));
    return medianMicroseconds(5,
                              [&] {
                                  FileBus::Consumer consumer(bus.path());
                                  consumer.setStart(FileBus::Consumer::Start::All);
                                  QEventLoop loop;
                                  QObject::connect(&consumer, &FileBus::Consumer::chunkReceived, &loop, [&] {
                                      if (consumer.receivedChunks() == chunks)
                                          loop.quit();
                                  });
                                  consumer.start();
                                  loop.exec();
                              })
        / chunks;
}

} // namespace

// bench_consume DIRECTORY…: the cost of a chunk for a consumer.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    std::printf("%-20s %8s %10s\n", "consume in", "bytes", "us");
    for (int i = 1; i < argc; ++i) {
        for (const qsizetype size : {64, 4096, 65536})
            std::printf("%-20s %8lld %10.1f\n", argv[i], static_cast<long long>(size), readTime(argv[i], size));
    }
}
