// SPDX-License-Identifier: Apache-2.0
#include "messages.h"

#include "standardstreams.h"

#include <filebus/displaytext.h>

#include <cstdlib>
#include <unistd.h>

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(logCli, "filebus.cli", QtCriticalMsg)

namespace
{

constexpr qsizetype longestMessage = 16384; // several paths

int verbosityLevel = 0;

void handle(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const bool own = QByteArrayView(context.category).startsWith("filebus");
    if (own || type == QtFatalMsg || verbosityLevel > 1)
        Messages::print(text);
    if (type == QtFatalMsg)
        std::abort();
}

} // namespace

void Messages::install(int verbosity)
{
    verbosityLevel = verbosity;
    qInstallMessageHandler(handle);
    QString rules;
    if (verbosity >= 1)
        rules += u"filebus.*.info=true\nfilebus.*.warning=true\n"_s;
    if (verbosity >= 2)
        rules += u"filebus.*.debug=true\n"_s;
    QLoggingCategory::setFilterRules(rules);
}

void Messages::print(const QString &text)
{
    // Whatever the text quotes, it stays on one line and cannot control the terminal.
    StandardStreams::writeAll(STDERR_FILENO, "filebus: " + FileBus::displayText(text, longestMessage).toUtf8() + '\n');
}
