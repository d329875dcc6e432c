// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "file/consume/inboxsource.h"
#include "files.h"
#include "scratchdirectory.h"

#include <filebus/producer.h>

#include <memory>

/// Shared by the tests of the steps of a lossless consumer: a bus in its own directory, and the steps in words.
class InboxSourceTest : public QObject
{
protected:
    /// Creates everything again. To be called by init().
    void prepare()
    {
        m_scratch = std::make_unique<ScratchDirectory>();
        QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
        m_path = m_scratch->path("directory/bus");
        m_name = QFile::decodeName(m_path);
    }

    std::unique_ptr<FileBus::InboxSource> makeSource(const QByteArray &name = {}) const
    {
        return std::make_unique<FileBus::InboxSource>(FileBus::BusFile(m_path), name, true, std::chrono::milliseconds(20));
    }

    /// The next step that says something; waits for it, without an event loop.
    static FileBus::Step nextOf(FileBus::InboxSource &source)
    {
        using namespace FileBus;
        for (const Clock::time_point deadline = Clock::now() + std::chrono::seconds(5); Clock::now() < deadline;
             source.wait(deadline, {})) {
            if (const Step step = source.next(); !std::holds_alternative<std::monostate>(step))
                return step;
        }
        return {};
    }

    /// That step in a word, and the payload of a chunk.
    static QByteArray wordOf(const FileBus::Step &step)
    {
        using namespace FileBus;
        if (const auto *chunk = std::get_if<Chunk>(&step))
            return "chunk " + chunk->payload();
        if (const auto *failure = std::get_if<Failure>(&step))
            return "failure " + failure->text.toUtf8();
        if (const auto *standstill = std::get_if<Standstill>(&step))
            return "standstill " + standstill->why.text.toUtf8();
        if (std::holds_alternative<Subscribed>(step))
            return "subscribed";
        if (std::holds_alternative<EndOfStream>(step))
            return "end";
        return std::holds_alternative<Loss>(step) ? "loss" : "nothing";
    }

    static QByteArray next(FileBus::InboxSource &source) { return wordOf(nextOf(source)); }

    QByteArrayList inboxes() const { return Files::names(m_path + ".d/inbox"); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
};
