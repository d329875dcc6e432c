// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/chunk.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QHash>

/// Who has published on a bus so far: what producers say of themselves, and the user whose files their chunks are.
class PublisherList
{
    Q_DECLARE_TR_FUNCTIONS(PublisherList)
public:
    /// A sentence on who published @p chunk, marked if that is not the user who published in the name of that producer before;
    /// empty if nothing of it is new.
    QString firstTime(const FileBus::Chunk &chunk);

private:
    QHash<QUuid, std::optional<quint32>> m_users;
};
