// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"
#include "inputbuffer.h"
#include "progressline.h"

#include <filebus/producer.h>

#include <QtCore/QDeadlineTimer>
#include <QtCore/QSocketNotifier>

/// filebus producer: publishes standard input.
class ProducerCommand : public Command
{
    Q_OBJECT
public:
    explicit ProducerCommand(const Options &options);
    ~ProducerCommand() override;

    void start() override;

private:
    bool open();
    void readInput();
    bool readOnce();
    bool moreIsGathered() const;
    void publish(const QByteArray &chunk);
    void continueWhenPublished();
    void end();
    void finish();

    FileBus::Producer m_producer;
    InputBuffer m_buffer;
    std::chrono::microseconds m_gather;
    bool m_paces;               ///< also a full chunk waits until the gathering time is over
    QDeadlineTimer m_gathering; ///< until then, input goes into the same chunk
    QSocketNotifier m_input;
    std::optional<ProgressLine> m_progress;
    bool m_atEnd = false;
    bool m_failed = false;
    quint64 m_chunks = 0;
    quint64 m_bytes = 0;
};
