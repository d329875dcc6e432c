// SPDX-License-Identifier: Apache-2.0
#include "natsserver.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QUrl>
#include <QtTest/QTest>

#include <csignal>
#include <sys/prctl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{
constexpr auto patience = 20s;
} // namespace

NatsServer::NatsServer(const QByteArray &configuration)
    : m_configuration(configuration)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_directory.filePath(u"log"_s), QIODevice::Append);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

NatsServer::~NatsServer()
{
    kill();
}

// Once the server listens, it writes its address to the directory of the ports file.
void NatsServer::writeConfiguration() const
{
    QFile file(m_directory.filePath(u"configuration"_s));
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        qFatal("cannot write the configuration of the server");
    QByteArray text = m_configuration;
    text.replace("STORE", '"' + m_directory.filePath(u"store"_s).toLocal8Bit() + '"');
    file.write("listen: 127.0.0.1:" + QByteArray::number(m_port) + "\nports_file_dir: \"" + m_directory.path().toLocal8Bit()
               + "\"\n" + text);
}

bool NatsServer::readPort()
{
    const QString name = m_directory.filePath(u"nats-server_%1.ports"_s.arg(m_process.processId()));
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QJsonObject ports = QJsonDocument::fromJson(file.readAll()).object();
    m_port = QUrl(ports.value("nats"_L1).toArray().first().toString()).port(m_port);
    return m_port > 0;
}

bool NatsServer::start()
{
    writeConfiguration();
    m_process.start(QString::fromLocal8Bit(NATS_SERVER), {u"-c"_s, m_directory.filePath(u"configuration"_s)});
    return m_process.waitForStarted()
        && QTest::qWaitFor([this] { return readPort() || m_process.state() == QProcess::NotRunning; }, patience)
        && m_process.state() == QProcess::Running;
}

void NatsServer::kill()
{
    m_process.kill();
    m_process.waitForFinished();
}

void NatsServer::stop()
{
    resume();
    m_process.terminate();
    m_process.waitForFinished();
}

// Its threads continue to run until one of them has received the signal.
bool NatsServer::suspend() const
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGSTOP);
    return QTest::qWaitFor(
        [this] {
            QFile status(u"/proc/%1/status"_s.arg(m_process.processId()));
            return status.open(QIODevice::ReadOnly) && status.readAll().contains("State:\tT");
        },
        patience);
}

void NatsServer::resume() const
{
    if (m_process.processId() > 0)
        ::kill(static_cast<pid_t>(m_process.processId()), SIGCONT);
}

void NatsServer::wipe()
{
    QDir(m_directory.filePath(u"store"_s)).removeRecursively();
}

QByteArray NatsServer::address(const QByteArray &name, const QByteArray &user) const
{
    return "nats://" + user + host() + '/' + name;
}

QByteArray NatsServer::log()
{
    QFile file(m_directory.filePath(u"log"_s));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}
