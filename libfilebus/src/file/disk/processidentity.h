// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace FileBus
{

/// Which process of which machine something belongs to, in a form that another process can compare with what it sees. Written as
/// six lines (FORMAT.md, "Owner files"); the first five are those of a QLockFile.
struct ProcessIdentity {
    qint64 pid = 0;                ///< in its own PID namespace; 0 if unknown
    QString program;               ///< file name of its executable
    QString host;                  ///< host name
    QByteArray machine;            ///< machine-id(5); empty in many containers
    QByteArray boot;               ///< /proc/sys/kernel/random/boot_id: one for all containers of a kernel
    QByteArray namespaces;         ///< in which PID and start time count, for example "pid:[4026531836]time:[4026531834]"
    quint64 started = 0;           ///< proc_pid_stat(5), field 22: in clock ticks; 0 if unknown
    bool locksMayNotReach = false; ///< what it locks is on a file system of which locksMayNotReachAcross() is true

    static ProcessIdentity ofThisProcess();

    QByteArray toLines() const;
    /// What is missing or unreadable stays empty.
    static ProcessIdentity fromLines(const QByteArray &lines);

    /// What this process has to do with ours, from what is closest to what is farthest.
    enum Relation {
        SameNamespace, ///< presence() tells whether it runs
        SameKernel,    ///< another PID namespace, or one that is not known
        EarlierBoot,   ///< of this machine: it cannot run any more
        Elsewhere,     ///< another machine, or an earlier boot of this one under another host name
    };
    Relation relationTo(const ProcessIdentity &ours) const;

    /// Whether a process of our own namespace runs.
    enum Presence {
        Running,
        Ending, ///< a zombie, or about to be one: it may have closed its files
        Gone,
        Unclear, ///< some process has that PID
    };
    Presence presence() const;
};

} // namespace FileBus
