// SPDX-License-Identifier: Apache-2.0
#include "producermodel.h"

#include "plaintext.h"
#include "processtext.h"
#include "usernames.h"

#include <filebus/displaytext.h>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

bool sameProducers(const QList<FileBus::ProducerStatus> &left, const QList<FileBus::ProducerStatus> &right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto &one, const auto &other) {
        return one.info == other.info && one.alive == other.alive && one.judged == other.judged && one.userId == other.userId
            && one.claimedBy == other.claimedBy;
    });
}

QString userText(const std::optional<quint32> &userId)
{
    return userId ? UserNames::instance().text(*userId) : ProducerModel::tr("unknown");
}

} // namespace

ProducerModel::ProducerModel(QObject *parent)
    : QAbstractTableModel(parent)
{
    connect(&UserNames::instance(), &UserNames::nameFound, this, [this] {
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, User), index(rowCount() - 1, User));
    });
}

void ProducerModel::setProducers(const QList<FileBus::ProducerStatus> &producers)
{
    if (sameProducers(producers, m_producers))
        return;
    beginResetModel();
    m_producers = producers;
    endResetModel();
}

int ProducerModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_producers.size());
}

int ProducerModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ProducerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return QStringList{tr("Program"), tr("PID"), tr("State"), tr("User"), tr("Host")}.value(section);
}

QVariant ProducerModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const FileBus::ProducerStatus &producer = m_producers[index.row()];
    if (role == Qt::DisplayRole)
        return text(producer, index.column());
    if (role == ClaimedRole)
        return producer.claimedBy.has_value();
    if (role == Qt::ToolTipRole)
        return PlainText::toolTip(toolTip(producer));
    return {};
}

QString ProducerModel::toolTip(const FileBus::ProducerStatus &producer) const
{
    QString id = tr("Producer %1").arg(producer.info.id.toString(QUuid::WithoutBraces));
    if (!producer.claimedBy)
        return id;
    return id + u'\n'
        + tr("Its owner file belongs to user %1, but user %2 published the newest chunk in its name: a forgery, or a chunk "
             "that was completed by a copy.")
              .arg(userText(producer.userId), userText(producer.claimedBy));
}

QString ProducerModel::text(const FileBus::ProducerStatus &producer, int column) const
{
    switch (column) {
    case Program:
        return ProcessText::program(producer.info.program, producer.info.pid);
    case Pid:
        return producer.info.pid > 0 ? QString::number(producer.info.pid) : QString();
    case User:
        return producer.claimedBy ? tr("%1, claimed by %2").arg(userText(producer.userId), userText(producer.claimedBy))
                                  : userText(producer.userId);
    case Host:
        return FileBus::displayText(producer.info.host);
    default:
        if (!producer.judged)
            return tr("cannot be determined from here");
        return producer.alive ? tr("alive") : tr("ended");
    }
}
