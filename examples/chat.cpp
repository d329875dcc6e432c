// SPDX-License-Identifier: Apache-2.0

// A chat between two terminals: each shows what is typed into the other. It ends when either side ends.
//
//     example_chat /tmp/chat        # in both

#include <filebus/stream.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QSocketNotifier>
#include <QtCore/QTextStream>

#include <unistd.h>

using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 2) {
        QTextStream(stderr) << "usage: example_chat FILE\n";
        return 2;
    }
    QTextStream terminal(stdout);
    FileBus::Stream stream(QString::fromLocal8Bit(argv[1]));
    QSocketNotifier typed(STDIN_FILENO, QSocketNotifier::Read);

    QObject::connect(&stream, &FileBus::Stream::connected, &application,
                     [&] { terminal << "-- connected to " << stream.peer() << Qt::endl; });
    QObject::connect(&stream, &FileBus::Stream::peerLost, &application,
                     [&](const QString &peer) { terminal << "-- " << peer << " is gone; waiting for a successor" << Qt::endl; });
    QObject::connect(&stream, &QIODevice::readyRead, &application, [&] {
        while (stream.canReadLine())
            terminal << "> " << QString::fromUtf8(stream.readLine()) << Qt::flush;
    });
    QObject::connect(&stream, &QIODevice::readChannelFinished, &stream, &FileBus::Stream::disconnectFromBus);
    QObject::connect(&typed, &QSocketNotifier::activated, &application, [&] {
        QByteArray line(4096, Qt::Uninitialized);
        line.truncate(std::max<ssize_t>(::read(STDIN_FILENO, line.data(), static_cast<size_t>(line.size())), 0));
        if (!line.isEmpty())
            return void(stream.write(line));
        typed.setEnabled(false);
        stream.disconnectFromBus();
    });
    QObject::connect(&stream, &FileBus::Stream::disconnected, &application, &QCoreApplication::quit);
    QObject::connect(&stream, &FileBus::Stream::errorOccurred, &application, [&](FileBus::Error, const QString &message) {
        QTextStream(stderr) << message << '\n';
        QCoreApplication::exit(1);
    });

    return stream.open() ? QCoreApplication::exec() : 1;
}
