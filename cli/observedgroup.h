// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "observedbus.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QThread>

#include <chrono>
#include <vector>

/// The buses of one directory, observed in a thread of their own. If the server or daemon of a mount stops, every access to it
/// blocks; this way only the buses on that mount are affected.
class ObservedGroup : public QObject
{
    Q_OBJECT
public:
    explicit ObservedGroup(const Options &options);
    /// The thread must have ended; see end().
    ~ObservedGroup() override;

    void add(const QByteArray &fileName);
    const QByteArrayList &fileNames() const { return m_fileNames; }

    void start();

    /// Requests the reports; answered() follows. Does nothing while an answer is pending.
    void ask();
    bool isAsked() const { return m_isAsked; }
    /// The reports of the last answer, in the order of fileNames(). Empty before the first answer.
    const QList<ObservedReport> &reports() const { return m_reports; }
    /// The time since the last answer or, before the first, since the start.
    std::chrono::seconds silence() const;

    /// Ends the thread. False if it hangs in the kernel: then only _exit(2) ends it, and this object must not be deleted.
    bool end();

Q_SIGNALS:
    void answered();

private:
    void answer(const QList<ObservedReport> &reports);

    Options m_options;
    QByteArrayList m_fileNames;
    QThread m_thread;
    QObject *m_inThread;                               ///< receives the requests in the thread
    std::vector<std::unique_ptr<ObservedBus>> m_buses; ///< used by the thread only
    QList<ObservedReport> m_reports;
    QElapsedTimer m_lastAnswer;
    bool m_isAsked = false;
};
