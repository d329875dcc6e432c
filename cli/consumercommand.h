// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"
#include "losswarning.h"
#include "progressline.h"
#include "publisherlist.h"

#include <filebus/consumer.h>

#include <QtCore/QSocketNotifier>
#include <QtCore/QTimer>

/// filebus consumer: prints published chunks.
class ConsumerCommand : public Command
{
    Q_OBJECT
public:
    explicit ConsumerCommand(const Options &options);
    ~ConsumerCommand() override;

    void start() override;

private:
    void connectConsumer();
    void startFrom();
    void setTurn();
    void print(const FileBus::Chunk &chunk);
    void reportLoss(quint64 firstSequence, quint64 count);
    void end();
    void stopWaiting();
    void report(FileBus::Error error, const QString &message);
    void endIfReaderIsGone();

    Options m_options;
    FileBus::Consumer m_consumer;
    QSocketNotifier m_output;
    QTimer m_timeout;
    LossWarning m_lossWarning;
    PublisherList m_publishers;
    std::optional<ProgressLine> m_progress;
    quint64 m_bytes = 0;
    bool m_isUnreachable = false; ///< as was reported after the last chunk
};
