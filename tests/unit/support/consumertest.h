// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.h"
#include "scratchdirectory.h"

#include <filebus/consumer.h>
#include <filebus/producer.h>

#include <QtTest/QSignalSpy>

/// Shared by the tests of a consumer: a bus in its own directory, a producer, and a consumer that polls often.
class ConsumerTest : public QObject
{
protected:
    /// Creates everything again. To be called by init().
    void prepare()
    {
        m_consumer.reset();
        m_producer.reset();
        m_scratch = std::make_unique<ScratchDirectory>();
        m_directory = m_scratch->path("directory");
        m_path = m_directory + "/bus";
        m_name = QFile::decodeName(m_path);
        QVERIFY(Files::makeDirectory(m_directory));
        m_producer = std::make_unique<FileBus::Producer>(m_name);
        makeConsumer();
    }

    void makeConsumer()
    {
        m_consumer = std::make_unique<FileBus::Consumer>(m_name);
        m_consumer->setSleepInterval(std::chrono::milliseconds(10));
        m_chunks = std::make_unique<QSignalSpy>(m_consumer.get(), &FileBus::Consumer::chunkReceived);
    }

    void publish(const QByteArray &payload) { QVERIFY2(m_producer->publish(payload), qPrintable(m_producer->errorString())); }

    QByteArrayList received() const
    {
        QByteArrayList payloads;
        for (const QVariantList &arguments : std::as_const(*m_chunks))
            payloads += arguments.first().value<FileBus::Chunk>().payload();
        return payloads;
    }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_directory;
    QByteArray m_path;
    QString m_name;
    std::unique_ptr<FileBus::Producer> m_producer;
    std::unique_ptr<FileBus::Consumer> m_consumer;
    std::unique_ptr<QSignalSpy> m_chunks;
};
