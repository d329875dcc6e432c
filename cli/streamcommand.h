// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command.h"
#include "joinedprocess.h"
#include "outputwriter.h"

#include <filebus/stream.h>

#include <QtCore/QSocketNotifier>

/// filebus stream: joins standard input and output, or those of a command, to another process.
class StreamCommand : public Command
{
    Q_OBJECT
public:
    explicit StreamCommand(const Options &options);

    void start() override;

private:
    void connectStream();
    bool startCommand();
    void readInput();
    void writeOutput();
    void failToWrite();
    void endOutput();
    void noteError(FileBus::Error error, const QString &message);
    void refuseInput(const QString &why);
    void stopInput();
    bool hasUnreadInput() const;
    void reportPeerLost(const QString &peer);
    void endWhenAllIsDone();

    Options m_options;
    qsizetype m_blockSize;
    FileBus::Stream m_stream;
    std::unique_ptr<JoinedProcess> m_process;
    int m_inputFd;
    int m_outputFd;
    QSocketNotifier m_input;
    std::unique_ptr<OutputWriter> m_output; ///< null once the output has ended
    int m_status = 0;                       ///< set if the stream fails; otherwise the status of the command counts
    bool m_discarding = false;              ///< the command has stopped reading
    bool m_disconnected = false;
};
