// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>
#include <QtCore/QProcess>

/// A command that is joined to a stream: its standard input and output are pipes of ours, its standard error is that of filebus.
class JoinedProcess : public QProcess
{
    Q_OBJECT
public:
    explicit JoinedProcess(const QByteArrayList &command, QObject *parent = nullptr);
    ~JoinedProcess() override;

    /// False, with errorString(), if it cannot be started.
    bool begin();

    /// The other ends of its standard input and output.
    int inputFd() const { return m_input[1]; }
    int outputFd() const { return m_output[0]; }
    void closeInput();
    /// Nobody reads its output any more: it is sent SIGPIPE if it writes.
    void closeOutput();

    /// As a shell gives it: 128 plus the number of the signal that ended it.
    int status() const;

private:
    QByteArrayList m_command;
    int m_input[2] = {-1, -1};
    int m_output[2] = {-1, -1};
};
