// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

/// A server of one test, on a port of 127.0.0.1 that was free, with a directory of its own. It dies with the test, however that
/// ends.
class NatsServer
{
public:
    static constexpr auto usualConfiguration = "jetstream { store_dir: STORE, max_file_store: 1GB, max_memory_store: 64MB }\n";

    /// @p configuration: what it has beside where it listens; STORE stands for a directory. Does not run yet.
    explicit NatsServer(const QByteArray &configuration = usualConfiguration);
    ~NatsServer();
    NatsServer(const NatsServer &) = delete;
    NatsServer &operator=(const NatsServer &) = delete;

    /// Takes effect at the next start.
    void setConfiguration(const QByteArray &configuration) { m_configuration = configuration; }
    /// On the same port as before. Returns when it answers.
    bool start();
    /// SIGKILL.
    void kill();
    /// SIGTERM.
    void stop();
    /// SIGSTOP. Returns when it has stopped.
    bool suspend() const;
    void resume() const;
    /// Forgets all buses. While it does not run.
    void wipe();

    QByteArray host() const { return "127.0.0.1:" + QByteArray::number(m_port); }
    /// nats://127.0.0.1:PORT/NAME; @p user: with @ behind.
    QByteArray address(const QByteArray &name, const QByteArray &user = {}) const;
    QByteArray directory() const { return m_directory.path().toLocal8Bit(); }
    QByteArray log();

private:
    void writeConfiguration() const;
    bool readPort();

    QTemporaryDir m_directory;
    QByteArray m_configuration;
    QProcess m_process;
    int m_port = -1; ///< the server chooses
};
