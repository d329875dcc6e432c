// SPDX-License-Identifier: Apache-2.0
#include "file/disk/inbox.h"
#include "file/disk/spool.h"
#include "require.h"

#include <algorithm>

using FileBus::Inbox;
using FileBus::Spool;

namespace
{

void sequencesAreThoseOfNames(const QByteArrayList &names)
{
    const QList<quint64> sequences = Spool::sequencesIn(names);
    require(std::is_sorted(sequences.begin(), sequences.end()) && !sequences.contains(0));
    for (const quint64 sequence : sequences)
        require(names.contains(Spool(QByteArray()).entryPath(sequence).sliced(1))); // after the slash
}

void nameStaysInItsDirectory(const QByteArray &name)
{
    if (!Inbox::problemWithName(name).isEmpty())
        return;
    require(!name.isEmpty() && !name.contains('/') && !name.contains('\0') && name != "." && name != "..");
    require(Inbox("inbox", name).isDurable() && !name.endsWith(".owner"));
}

} // namespace

/// The input is a directory, one name per line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArrayList names = bytesOf(data, size).toByteArray().split('\n');
    sequencesAreThoseOfNames(names);
    for (const QByteArray &name : names)
        nameStaysInItsDirectory(name);
    return 0;
}
