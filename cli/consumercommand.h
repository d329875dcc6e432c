// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"

#include <filebus/consumer.h>

#include <QtCore/QSocketNotifier>

/// filebus consumer: prints what is published.
class ConsumerCommand : public Command
{
    Q_OBJECT
public:
    explicit ConsumerCommand(const Options &options);
    ~ConsumerCommand() override;

    void start() override;

private:
    void print(const FileBus::Chunk &chunk);
    void report(FileBus::Error error, const QString &message);
    void endIfReaderIsGone();

    FileBus::Consumer m_consumer;
    QSocketNotifier m_output;
    quint64 m_bytes = 0;
};
