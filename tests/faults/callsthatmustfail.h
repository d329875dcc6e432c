// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayList>
#include <QtCore/QHash>

/// The calls that a program certainly makes in a test of FaultTest. If none of one kind fails, it has not been tested.
inline bool mustFail(const QByteArray &test, const QByteArray &call)
{
    static const QByteArrayList producing =
        QByteArray("open mkdir link unlink renameat2 flistxattr flock fchmod fstat lstat pwrite "
                   "pwritev opendir readdir")
            .split(' ');
    static const QByteArrayList consuming =
        QByteArray("open fstat lstat opendir readdir pread poll inotify_init1 inotify_add_watch").split(' ');
    static const QByteArrayList taking = QByteArray("open access flock fstat lstat opendir readdir pread unlink").split(' ');
    static const QHash<QByteArray, QByteArrayList> calls{{"aProducerOfANewBus", producing},
                                                         {"aProducer", producing},
                                                         {"aLosslessProducer", producing},
                                                         {"aConsumer", consuming},
                                                         {"aLosslessConsumer", taking}};
    return calls.value(test).contains(call);
}
