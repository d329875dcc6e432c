// SPDX-License-Identifier: Apache-2.0
#include "command.h"
#include "commandline.h"
#include "descriptors.h"
#include "exitstatus.h"
#include "messages.h"
#include "standardstreams.h"
#include "terminationsignals.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <clocale>
#include <cstring>
#include <langinfo.h>
#include <optional>
#include <unistd.h>

namespace
{

/// Sets an environment variable for the lifetime of this object. Commands that this program starts do not see it.
class EnvironmentOverride
{
public:
    EnvironmentOverride(const char *name, const QByteArray &value)
        : m_name(name)
        , m_before(qEnvironmentVariableIsSet(name) ? std::optional(qgetenv(name)) : std::nullopt)
    {
        qputenv(name, value);
    }
    ~EnvironmentOverride()
    {
        if (m_before)
            qputenv(m_name, *m_before);
        else
            qunsetenv(m_name);
    }
    Q_DISABLE_COPY_MOVE(EnvironmentOverride)

private:
    const char *m_name;
    std::optional<QByteArray> m_before;
};

// Qt reads the environment now, and never again.
std::unique_ptr<QCoreApplication> makeApplication(int &argc, char **argv)
{
    std::optional<EnvironmentOverride> eventLoop, encoding;
    if (!qEnvironmentVariableIsSet("QT_NO_GLIB"))
        eventLoop.emplace("QT_NO_GLIB", "1"); // half the work per event: GLib's event loop is meant for desktops
    std::setlocale(LC_ALL, "");
    if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0)
        encoding.emplace("LC_ALL", "C.UTF-8"); // with any other encoding Qt prints a warning on stderr
    return std::make_unique<QCoreApplication>(argc, argv);
}

int run(const Options &options, int argc, char **argv)
{
    Descriptors::requireFor(options);
    int onlyTheName = argc > 0 ? 1 : 0; // the arguments are not for Qt
    const std::unique_ptr<QCoreApplication> application = makeApplication(onlyTheName, argv);
    Messages::install(options.verbosity);
    TerminationSignals terminationSignals;
    const std::unique_ptr<Command> command = Command::create(options);
    QObject::connect(command.get(), &Command::finished, application.get(), &QCoreApplication::exit, Qt::SingleShotConnection);
    QObject::connect(&terminationSignals, &TerminationSignals::terminated, application.get(),
                     [](int number) { QCoreApplication::exit(ExitStatus::signalled + number); });
    QTimer::singleShot(0, command.get(), &Command::start);
    const int status = QCoreApplication::exec();
    if (!command->endThreads())
        ::_exit(status);
    return status;
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
