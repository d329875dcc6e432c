// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/businspection.h>

#include <QtCore/QAbstractTableModel>

/// The lossless consumers of one bus, and how many chunks wait for each.
class SubscriberModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Name, Waiting, State, Program, Pid, User, Host, Since, ColumnCount };

    explicit SubscriberModel(QObject *parent = nullptr);

    void setSubscribers(const QList<FileBus::SubscriberStatus> &subscribers);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const FileBus::SubscriberStatus &subscriber, int column) const;

    QList<FileBus::SubscriberStatus> m_subscribers;
};
