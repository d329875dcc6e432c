// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "commandline.h"
#include "exitstatus.h"
#include "messages.h"
#include "standardstreams.h"
#include "terminationsignals.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>
#include <unistd.h>

namespace
{

// In any other encoding Qt warns on stderr, and nobody who pipes a stream through wants to read that.
void ensureUtf8()
{
    std::setlocale(LC_ALL, "");
    if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0)
        ::setenv("LC_ALL", "C.UTF-8", 1);
}

// Half the work for each event. GLib's event loop is there for desktops. Not for a command that this one starts.
std::unique_ptr<QCoreApplication> makeApplication(int &argc, char **argv)
{
    const bool chosen = qEnvironmentVariableIsSet("QT_NO_GLIB");
    if (!chosen)
        qputenv("QT_NO_GLIB", "1");
    auto application = std::make_unique<QCoreApplication>(argc, argv);
    if (!chosen)
        qunsetenv("QT_NO_GLIB");
    return application;
}

int run(const Options &options, int argc, char **argv)
{
    ensureUtf8();
    int onlyTheName = argc > 0 ? 1 : 0; // the arguments are ours alone
    const std::unique_ptr<QCoreApplication> application = makeApplication(onlyTheName, argv);
    Messages::install(options.verbosity);
    TerminationSignals terminationSignals;
    const std::unique_ptr<Command> command = Command::create(options);
    QObject::connect(command.get(), &Command::finished, application.get(), &QCoreApplication::exit, Qt::SingleShotConnection);
    QObject::connect(&terminationSignals, &TerminationSignals::terminated, application.get(),
                     [](int number) { QCoreApplication::exit(ExitStatus::signalled + number); });
    QTimer::singleShot(0, command.get(), &Command::start);
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    StandardStreams::occupyClosed();
    QByteArrayList arguments;
    for (int i = 1; i < argc; ++i)
        arguments += argv[i];
    const CommandLine commandLine = CommandLine::parse(arguments);
    if (commandLine.options)
        return run(*commandLine.options, argc, argv);
    if (!commandLine.error.isEmpty()) {
        StandardStreams::writeAll(STDERR_FILENO, commandLine.error.toUtf8());
        return ExitStatus::usage;
    }
    return StandardStreams::writeAll(STDOUT_FILENO, commandLine.output.toUtf8()) ? ExitStatus::success : ExitStatus::inputOutput;
}
