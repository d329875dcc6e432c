// SPDX-License-Identifier: Apache-2.0
#include "detachedthread.h"
#include "mainwindow.h"

#include <QtWidgets/QApplication>

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr int usageError = 2;
constexpr int noDisplay = 69; // EX_UNAVAILABLE of sysexits.h

constexpr auto help = "usage: filebus-viewer [options] [FILE ...]\n"
                      "\n"
                      "Shows live what happens on buses: chunks, rates, losses, latency and producers. It never writes.\n"
                      "\n"
                      "  FILE        a bus, which need not exist yet, or a directory, to open all buses in it\n"
                      "\n"
                      "options:\n"
                      "  -h, --help  show this help and exit\n"
                      "  --version   show the version and exit\n"
                      "\n"
                      "Tabs from the last session are restored. Qt's own options (-platform, -style ...) are accepted, too.\n"
                      "Manual: man filebus-viewer\n";

/// Handles the arguments that need no window; a negative result means that there are none.
int runWithoutWindow(int argc, char **argv)
{
    for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
        if (std::strcmp(argv[i], "-h") == 0 || std::strcmp(argv[i], "--help") == 0)
            return std::fputs(help, stdout) < 0;
        if (std::strcmp(argv[i], "--version") == 0)
            return std::puts("filebus-viewer " FILEBUS_VERSION) < 0;
    }
    return -1;
}

// Without a display Qt ends the process by a signal. This tells the user why, with the reasons that Qt reported before for each
// platform plugin.
void explainMissingDisplay(QtMsgType type, const QMessageLogContext &, const QString &message)
{
    static QStringList reasons;
    if (message.startsWith("could not"_L1, Qt::CaseInsensitive))
        reasons += message.trimmed();
    if (type != QtFatalMsg)
        return;
    if (reasons.isEmpty())
        reasons += message.section(u'\n', 0, 0);
    std::fprintf(stderr,
                 "filebus-viewer: cannot open a window: %s\n"
                 "Start it in a desktop session, or set DISPLAY or WAYLAND_DISPLAY. `filebus status --watch` needs no display.\n",
                 qPrintable(reasons.join(u"; "_s)));
    std::_Exit(noDisplay);
}

/// The files among the arguments, as raw bytes; nothing, after a message on stderr, if there is an unknown option.
std::optional<QByteArrayList> files(int argc, char **argv)
{
    QByteArrayList files;
    bool optionsEnded = false;
    for (int i = 1; i < argc; ++i) {
        const QByteArray argument = argv[i];
        if (optionsEnded || !argument.startsWith('-')) {
            files.append(argument);
        } else if (argument == "--") {
            optionsEnded = true;
        } else {
            std::fprintf(stderr, "filebus-viewer: unknown option %s\nTry filebus-viewer --help.\n", argument.constData());
            return std::nullopt;
        }
    }
    return files;
}

int runWindow(const QByteArrayList &buses)
{
    MainWindow window;
    window.restoreTabs();
    window.show(); // before any dialog about what could not be opened
    for (const QByteArray &bus : buses)
        window.open(bus);
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    if (const int status = runWithoutWindow(argc, argv); status >= 0)
        return status;
    const QtMessageHandler usual = qInstallMessageHandler(explainMissingDisplay);
    QApplication application(argc, argv);
    qInstallMessageHandler(usual);
    QApplication::setApplicationName(u"filebus-viewer"_s);
    QApplication::setOrganizationName(u"filebus"_s);
    QApplication::setApplicationVersion(QStringLiteral(FILEBUS_VERSION));
    QApplication::setDesktopFileName(u"filebus-viewer"_s);
    const std::optional<QByteArrayList> buses = files(argc, argv);
    if (!buses)
        return usageError;
    const int status = runWindow(*buses);
    if (!DetachedThread::allEndWithin(200ms))
        std::quick_exit(status);
    return status;
}
