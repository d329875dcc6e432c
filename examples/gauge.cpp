// SPDX-License-Identifier: Apache-2.0

// A gauge that always shows the latest value on a bus, however fast values arrive. Each chunk is a number, as text.
//
//     example_gauge /tmp/temperature.bus 0 40
//     echo 21.5 | filebus --filename /tmp/temperature.bus producer    # in another terminal

#include <filebus/consumer.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QTextStream>
#include <QtCore/QTimer>

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;

namespace
{

constexpr int width = 40;

QString bar(double value, double least, double most)
{
    const int filled = static_cast<int>(std::clamp((value - least) / (most - least), 0.0, 1.0) * width);
    return QString(filled, QChar(u'#')) + QString(width - filled, QChar(u'.'));
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const double least = argc == 4 ? QByteArray(argv[2]).toDouble() : 0;
    const double most = argc == 4 ? QByteArray(argv[3]).toDouble() : 0;
    if (most <= least) {
        QTextStream(stderr) << "usage: example_gauge FILE LEAST MOST\n";
        return 2;
    }
    QTextStream terminal(stdout);
    FileBus::Consumer consumer(QString::fromLocal8Bit(argv[1]));
    QByteArray latest;

    // Nobody reads faster than ten values a second, so those in between are skipped.
    QTimer redraw;
    redraw.setSingleShot(true);
    QObject::connect(&redraw, &QTimer::timeout, &application,
                     [&] { terminal << '\r' << '[' << bar(latest.toDouble(), least, most) << "] " << latest << Qt::flush; });
    QObject::connect(&consumer, &FileBus::Consumer::chunkReceived, &application, [&](const FileBus::Chunk &chunk) {
        latest = chunk.payload().trimmed();
        if (!redraw.isActive())
            redraw.start(100ms);
    });
    QObject::connect(&consumer, &FileBus::Consumer::errorOccurred, &application,
                     [](FileBus::Error, const QString &message) { QTextStream(stderr) << message << '\n'; });
    consumer.start();
    return QCoreApplication::exec();
}
