// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

/// A server for one test, on a free port of 127.0.0.1, with its own directory. It is killed when the test ends, even if that
/// crashes.
class NatsServer
{
public:
    static constexpr auto usualConfiguration = "jetstream { store_dir: STORE, max_file_store: 1GB, max_memory_store: 64MB }\n";

    /// @p configuration: everything except the port; STORE stands for the directory. Does not start the server.
    explicit NatsServer(const QByteArray &configuration = usualConfiguration);
    ~NatsServer();
    NatsServer(const NatsServer &) = delete;
    NatsServer &operator=(const NatsServer &) = delete;

    /// Takes effect at the next start.
    void setConfiguration(const QByteArray &configuration) { m_configuration = configuration; }
    /// Uses the same port as before. Returns when the server answers.
    bool start();
    /// SIGKILL.
    void kill();
    /// SIGTERM.
    void stop();
    /// SIGSTOP. Returns when it has stopped.
    bool suspend() const;
    void resume() const;
    /// Removes all buses. Call it while the server is not running.
    void wipe();

    QByteArray host() const { return "127.0.0.1:" + QByteArray::number(m_port); }
    /// nats://127.0.0.1:PORT/NAME; @p user ends with @.
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
