// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busfile.h"
#include "ownerfile.h"

#include <QtCore/QUuid>

#include <memory>

namespace FileBus
{

/// A chunk on its way to the bus: a file of our own in X.d/staging, open for writing.
struct StagedFile {
    QByteArray path;
    UniqueFd fd;
    struct stat status = {}; ///< as it was when the file was made
};

/// The part of X.d/staging that belongs to one producer. An owner file in X.d/producers says that the producer lives; what it
/// leaves behind when it is killed is removed by the next one.
class Staging
{
public:
    /// Makes X.d and announces the producer in it.
    static Result<std::unique_ptr<Staging>> open(const BusFile &bus, const AccessRules &rules, const QUuid &producer);
    ~Staging();
    Staging(const Staging &) = delete;
    Staging &operator=(const Staging &) = delete;

    /// A new, empty file. @p mode: of the chunk that is on the bus, if there is one; the umask applies.
    Result<StagedFile> take(std::optional<mode_t> mode);

    /// Removes what dead producers left. To be called under the lock of the bus.
    void removeAbandoned();

private:
    Staging(const BusFile &bus, const AccessRules &rules, const QUuid &producer, OwnerFile owner);

    QByteArray m_directory;
    QByteArray m_producersDirectory;
    QByteArray m_id;
    AccessRules m_rules;
    OwnerFile m_owner;
    quint64 m_taken = 0;
};

} // namespace FileBus
