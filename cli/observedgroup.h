// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "observedbus.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QThread>

#include <chrono>
#include <vector>

/// The buses of one directory, observed in a thread of their own: a mount whose server or daemon has stopped holds up whoever
/// touches it, and so only those buses that are on it.
class ObservedGroup : public QObject
{
    Q_OBJECT
public:
    explicit ObservedGroup(const Options &options);
    /// The thread must have ended: see end().
    ~ObservedGroup() override;

    void add(const QByteArray &fileName);
    const QByteArrayList &fileNames() const { return m_fileNames; }

    void start();

    /// Asks for the reports; answered() follows. Nothing is asked as long as the last answer is due.
    void ask();
    bool isAsked() const { return m_isAsked; }
    /// In the order of fileNames(); those of the last answer, and none before the first.
    const QList<ObservedReport> &reports() const { return m_reports; }
    /// Since the last answer, or the start.
    std::chrono::seconds silence() const;

    /// Ends the thread. False if it hangs in the kernel: then nothing but _exit(2) ends it, and this object must not be deleted.
    bool end();

Q_SIGNALS:
    void answered();

private:
    void answer(const QList<ObservedReport> &reports);

    Options m_options;
    QByteArrayList m_fileNames;
    QThread m_thread;
    QObject *m_inThread;                               ///< where the thread does what it is asked
    std::vector<std::unique_ptr<ObservedBus>> m_buses; ///< touched by the thread only
    QList<ObservedReport> m_reports;
    QElapsedTimer m_lastAnswer;
    bool m_isAsked = false;
};
