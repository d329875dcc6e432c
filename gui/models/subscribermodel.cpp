// SPDX-License-Identifier: Apache-2.0
#include "subscribermodel.h"

#include "chunktext.h"
#include "processtext.h"
#include "usernames.h"

#include <filebus/displaytext.h>

#include <algorithm>

using namespace Qt::StringLiterals;

SubscriberModel::SubscriberModel(QObject *parent)
    : QAbstractTableModel(parent)
{
    connect(&UserNames::instance(), &UserNames::nameFound, this, [this] {
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, User), index(rowCount() - 1, User));
    });
}

// If the number of rows is the same, they stay, and so do the selection and the scroll position.
void SubscriberModel::setSubscribers(const QList<FileBus::SubscriberStatus> &subscribers)
{
    if (subscribers.size() == m_subscribers.size()) {
        m_subscribers = subscribers;
        if (!subscribers.isEmpty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_subscribers = subscribers;
    endResetModel();
}

int SubscriberModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_subscribers.size());
}

int SubscriberModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SubscriberModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return QStringList{tr("Name"), tr("Waiting"), tr("State"), tr("Program"), tr("PID"), tr("User"), tr("Host"), tr("Since")}
        .value(section);
}

QVariant SubscriberModel::data(const QModelIndex &index, int role) const
{
    if (role != Qt::DisplayRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    return text(m_subscribers[index.row()], index.column());
}

QString SubscriberModel::text(const FileBus::SubscriberStatus &subscriber, int column) const
{
    switch (column) {
    case Name:
        return subscriber.name.isEmpty() ? u"–"_s : FileBus::displayText(subscriber.name);
    case Waiting:
        return ChunkText::count(subscriber.waiting);
    case Program:
        return ProcessText::program(subscriber.program, subscriber.pid);
    case Pid:
        return subscriber.pid > 0 ? QString::number(subscriber.pid) : QString();
    case User:
        return subscriber.userId ? UserNames::instance().text(*subscriber.userId) : QString();
    case Host:
        return FileBus::displayText(subscriber.host);
    case State:
        if (!subscriber.judged)
            return tr("cannot be determined from here");
        return subscriber.alive ? tr("alive") : tr("gone");
    default:
        return subscriber.since > 0 ? ChunkText::dateTime(subscriber.since) : QString();
    }
}
