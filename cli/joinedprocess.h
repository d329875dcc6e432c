// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>
#include <QtCore/QProcess>

/// A command joined to a stream. Its standard input and output are pipes to filebus; it inherits standard error.
class JoinedProcess : public QProcess
{
    Q_OBJECT
public:
    explicit JoinedProcess(const QByteArrayList &command, QObject *parent = nullptr);
    ~JoinedProcess() override;

    /// False, with errorString(), if it cannot be started.
    bool begin();

    /// Our ends of the pipes.
    int inputFd() const { return m_input[1]; }
    int outputFd() const { return m_output[0]; }
    void closeInput();
    /// Stops reading the output of the command, which gets SIGPIPE if it writes more.
    void closeOutput();

    /// The exit status as a shell reports it: 128 plus the number of the signal if one ended the command.
    int status() const;

private:
    QByteArrayList m_command;
    int m_input[2] = {-1, -1};
    int m_output[2] = {-1, -1};
};
