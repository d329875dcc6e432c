// SPDX-License-Identifier: Apache-2.0
#include "statuscommand.h"

#include "exitstatus.h"
#include "standardstreams.h"

#include <QtCore/QJsonDocument>

#include <algorithm>
#include <unistd.h>

using namespace std::chrono_literals;

namespace
{
constexpr auto clearScreen = "\033[H\033[J";
}

StatusCommand::StatusCommand(const Options &options)
    : m_options(options)
{
    for (const QByteArray &file : options.files)
        m_buses.push_back(std::make_unique<ObservedBus>(file, options));
    m_timer.setInterval(1s);
    connect(&m_timer, &QTimer::timeout, this, &StatusCommand::show);
}

void StatusCommand::start()
{
    if (const QString problem = StandardStreams::outputProblem(); !problem.isEmpty())
        return fail(ExitStatus::inputOutput, problem);
    for (const auto &bus : m_buses)
        bus->start();
    m_timer.start();
}

void StatusCommand::show()
{
    QByteArray output = m_options.json ? asJson() : asText();
    if (m_options.watch && !m_options.json && ::isatty(STDOUT_FILENO))
        output.prepend(clearScreen);
    const bool written = StandardStreams::writeAll(STDOUT_FILENO, output);
    if (m_options.watch && written)
        return;
    const bool allThere = std::all_of(m_buses.begin(), m_buses.end(), [](const auto &bus) { return bus->isThere(); });
    Q_EMIT finished(!written ? ExitStatus::inputOutput : allThere ? ExitStatus::success : ExitStatus::notABus);
}

QByteArray StatusCommand::asText() const
{
    QByteArray text;
    for (const auto &bus : m_buses)
        text += bus->text().toUtf8() + '\n';
    return text;
}

// One line for each bus, so that a program can read a running --watch line by line.
QByteArray StatusCommand::asJson() const
{
    QByteArray lines;
    for (const auto &bus : m_buses)
        lines += QJsonDocument(bus->json()).toJson(QJsonDocument::Compact) + '\n';
    return lines;
}
