// SPDX-License-Identifier: Apache-2.0
// Publishes a chunk on the bus given as its argument, and succeeds if a consumer receives it.
#include <filebus/consumer.h>
#include <filebus/producer.h>

#include <QtCore/QCoreApplication>

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const QString bus = application.arguments().value(1);

    FileBus::Producer producer(bus);
    if (!producer.publish("21.5") || !producer.waitForPublished()) {
        qWarning("%s", qUtf8Printable(producer.errorString()));
        return 1;
    }

    QByteArray received;
    FileBus::Consumer consumer(bus);
    QObject::connect(&consumer, &FileBus::Consumer::chunkReceived, &application,
                     [&received](const FileBus::Chunk &chunk) { received = chunk.payload(); });
    return consumer.waitForChunk() && received == "21.5" ? 0 : 1;
}
