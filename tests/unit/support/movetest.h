// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "files.h"
#include "scratchdirectory.h"
#include "withoutwarnings.h"

#include <filebus/producer.h>

#include <QtCore/QThread>
#include <QtTest/QTest>

#include <atomic>
#include <functional>

/// Shared by the tests of objects that work in one thread and are moved to another, where they continue, like a QLocalSocket. Qt
/// warns of each timer and notifier left behind, which fails the test.
class MoveTest : public QObject
{
protected:
    /// Creates everything again. To be called by init().
    void prepare()
    {
        failOnAnyWarning();
        m_scratch = std::make_unique<ScratchDirectory>();
        QVERIFY(Files::makeDirectory(m_scratch->path("directory")));
        m_path = m_scratch->path("directory/bus");
        m_name = QFile::decodeName(m_path);
        m_thread = std::make_unique<QThread>();
        m_resident = std::make_unique<QObject>();
        m_resident->moveToThread(m_thread.get());
        m_thread->start();
        m_there = m_elsewhere = 0;
    }
    /// To be called by cleanup().
    void end()
    {
        m_thread->quit();
        m_thread->wait();
    }

    /// Runs in the thread of @p object; the test waits for it.
    void inItsThread(QObject *object, const std::function<void()> &function)
    {
        const int turn = ++m_turn;
        const auto inTurn = [this, turn, &function] {
            await(m_given, turn);
            function();
            give(m_taken, turn);
        };
        QMetaObject::invokeMethod(object, inTurn, Qt::QueuedConnection);
        give(m_given, turn);
        await(m_taken, turn);
    }
    /// Runs after all pending events of @p object.
    void moveThere(QObject *object)
    {
        const int turn = ++m_turn;
        QMetaObject::invokeMethod(m_resident.get(), [this, turn] { await(m_given, turn); }, Qt::QueuedConnection);
        QVERIFY(object->moveToThread(m_thread.get()));
        give(m_given, turn);
    }

    // The hand-over by Qt is safe, but ThreadSanitizer cannot see that; it sees these.
    static void give(std::atomic<int> &turns, int turn)
    {
        turns = turn;
        turns.notify_all();
    }
    static void await(const std::atomic<int> &turns, int turn)
    {
        for (int now = turns; now < turn; now = turns)
            turns.wait(now);
    }
    template<typename T>
    void deleteThere(std::unique_ptr<T> &object)
    {
        inItsThread(object.get(), [&] { object.reset(); });
    }
    void publish(const QByteArray &payload) { QVERIFY(FileBus::Producer(m_name).publish(payload)); }

    std::unique_ptr<ScratchDirectory> m_scratch;
    QByteArray m_path;
    QString m_name;
    int m_turn = 0; ///< which of the two threads hands over
    std::atomic<int> m_given = 0;
    std::atomic<int> m_taken = 0;
    std::unique_ptr<QThread> m_thread;
    std::unique_ptr<QObject> m_resident; ///< lives in that thread
    std::atomic<int> m_there = 0;        ///< signals emitted in the other thread
    std::atomic<int> m_elsewhere = 0;    ///< signals emitted in any other one
};
