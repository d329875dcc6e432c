// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

namespace FileBus
{

/// The answer of the servers to a publish. Pure.
struct PublishAnswer {
    quint64 sequence = 0; ///< of the chunk, if it was stored; 0 otherwise
    int code = 0;         ///< why not, as in jsErrCode
    QString text;         ///< the same in the words of the server

    /// An answer that cannot be read has neither a sequence nor a code.
    static PublishAnswer parse(QByteArrayView json);

    bool isStored() const { return sequence != 0; }
    /// The newest chunk of the producer is not the expected one.
    bool isWrongPredecessor() const;
};

} // namespace FileBus
