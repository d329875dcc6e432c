// SPDX-License-Identifier: Apache-2.0
#include "statuscommand.h"

#include "descriptors.h"
#include "exitstatus.h"
#include "standardstreams.h"

#include <filebus/busaddress.h>

#include <QtCore/QHash>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <unistd.h>

using namespace std::chrono_literals;

namespace
{

constexpr auto clearScreen = "\033[H\033[J";
constexpr auto observation = 1s;
constexpr auto patience = 2s; // with a group that has answered so far
constexpr int mostThreads = 64;
constexpr int descriptorsOfThread = 8; // its event loop, and what its buses open in turn

// Does not touch the file system, which may hang.
QByteArray absolutePath(const QByteArray &fileName)
{
    if (fileName.startsWith('/') || FileBus::isClusterAddress(fileName))
        return fileName;
    std::error_code unknown;
    const std::filesystem::path here = std::filesystem::current_path(unknown);
    return unknown ? fileName : QByteArray::fromStdString(here.native()) + '/' + fileName;
}

QByteArray directoryOf(const QByteArray &fileName)
{
    return fileName.first(fileName.lastIndexOf('/') + 1);
}

} // namespace

StatusCommand::StatusCommand(const Options &options)
    : m_options(options)
{
    makeGroups();
    m_timer.setInterval(observation);
    connect(&m_timer, &QTimer::timeout, this, &StatusCommand::ask);
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(patience);
    connect(&m_deadline, &QTimer::timeout, this, &StatusCommand::show);
}

// One thread per directory, as buses in one directory hang together. If there are too many directories, some share a thread.
void StatusCommand::makeGroups()
{
    const int most = std::max(Descriptors::available(mostThreads * descriptorsOfThread) / descriptorsOfThread, 1);
    QHash<QByteArray, ObservedGroup *> groups;
    for (const QByteArray &given : m_options.files) {
        const QByteArray file = absolutePath(given);
        ObservedGroup *&group = groups[directoryOf(file)];
        if (!group && static_cast<int>(m_groups.size()) < most)
            m_groups.push_back(std::make_unique<ObservedGroup>(m_options));
        if (!group)
            group = m_groups[static_cast<size_t>(groups.size() - 1) % m_groups.size()].get();
        m_places.append({group, group->fileNames().size()});
        group->add(file);
    }
    for (const auto &group : m_groups)
        connect(group.get(), &ObservedGroup::answered, this, &StatusCommand::showWhenAllAnswered);
}

void StatusCommand::start()
{
    if (const QString problem = StandardStreams::outputProblem(); !problem.isEmpty())
        return fail(ExitStatus::inputOutput, problem);
    for (const auto &group : m_groups)
        group->start();
    m_timer.start();
}

// Groups that were silent in the last round are shown as they are; nothing waits for them again.
void StatusCommand::ask()
{
    if (m_deadline.isActive())
        return;
    m_awaited.clear();
    for (const auto &group : m_groups) {
        if (!group->isAsked())
            m_awaited.append(group.get());
        group->ask();
    }
    m_deadline.start();
    showWhenAllAnswered();
}

void StatusCommand::showWhenAllAnswered()
{
    const auto isSilent = [](const ObservedGroup *group) { return group->isAsked(); };
    if (m_deadline.isActive() && std::none_of(m_awaited.begin(), m_awaited.end(), isSilent))
        show();
}

void StatusCommand::show()
{
    m_deadline.stop();
    QByteArray output = m_options.watch && !m_options.json && ::isatty(STDOUT_FILENO) ? clearScreen : "";
    int status = ExitStatus::success;
    for (const Place &place : m_places) {
        const ObservedReport report = reportAt(place);
        output += report.output;
        if (place.group->isAsked())
            status = ExitStatus::temporaryFailure;
        else if (!report.isThere && status == ExitStatus::success)
            status = ExitStatus::notABus;
    }
    const bool written = StandardStreams::writeAll(STDOUT_FILENO, output);
    if (!m_options.watch || !written)
        Q_EMIT finished(written ? status : ExitStatus::inputOutput);
}

ObservedReport StatusCommand::reportAt(const Place &place) const
{
    if (place.group->isAsked())
        return ObservedReport::ofSilent(place.group->fileNames()[place.index], place.group->silence(), m_options.json);
    return place.group->reports()[place.index];
}

bool StatusCommand::endThreads()
{
    bool ended = true;
    for (const auto &group : m_groups)
        ended = group->end() && ended;
    return ended;
}
