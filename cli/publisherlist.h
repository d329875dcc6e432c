// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QHash>

/// The producers seen on a bus so far: what each says about itself, and which user owns its chunks.
class PublisherList
{
    Q_DECLARE_TR_FUNCTIONS(PublisherList)
public:
    /// A sentence on who published @p chunk, which points out if another user published in the name of that producer before.
    /// Empty if nothing is new.
    QString firstTime(const FileBus::Chunk &chunk);

private:
    QHash<QUuid, std::optional<quint32>> m_users;
};
