// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QVarLengthArray>

namespace FileBus
{

/// One entry of a tar archive, as its header states it.
struct TarEntry {
    QByteArrayView name;    ///< exact bytes: "./x" is not "x"
    char type = 0;          ///< the typeflag of POSIX ustar; NUL and '0' are regular files
    qint64 time = 0;        ///< modification time in seconds since 1970
    QByteArrayView content; ///< always whole and inside the archive

    bool isRegular() const { return type == '0' || type == '\0'; }
    QString typeName() const;
};

/// The entries of an archive; as a rule, those of a chunk.
using TarEntries = QVarLengthArray<TarEntry, 2>;

/// Walks over the headers of a tar archive that lies in memory and believes none of them: every size is held against
/// the bytes that are there, before anything is done with it. It copies nothing and allocates nothing by a declared size.
class TarArchive
{
public:
    static constexpr qsizetype blockSize = 512;
    /// What content of @p size bytes takes: whole blocks.
    static constexpr qsizetype padded(qsizetype size) { return (size + blockSize - 1) / blockSize * blockSize; }
    /// A bus file holds two entries. Whatever has more than this is not one.
    static constexpr qsizetype maximumEntries = 64;

    /// The entries in order, up to the block of zeros that closes the archive, which must be there. They point into @p bytes,
    /// which must outlive them.
    static Result<TarEntries> entries(QByteArrayView bytes);

    /// Sets what differs between the headers of the entries of one name.
    static void setSizeAndTime(char *header, qsizetype size, qint64 seconds);

    /// Whether @p bytes bear, where a header has it, the mark of the tar programs since POSIX.1-1988, whatever else is wrong.
    static bool hasMagic(QByteArrayView bytes);
};

} // namespace FileBus
