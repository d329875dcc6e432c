// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filebus/businspection.h>

#include <QtCore/QAbstractTableModel>

/// The producers of one bus.
class ProducerModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Program, Pid, State, User, Host, ColumnCount };
    /// ClaimedRole: whether another user has published in the name of this producer.
    enum Role { ClaimedRole = Qt::UserRole };

    explicit ProducerModel(QObject *parent = nullptr);

    void setProducers(const QList<FileBus::ProducerStatus> &producers);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString toolTip(const FileBus::ProducerStatus &producer) const;
    QString text(const FileBus::ProducerStatus &producer, int column) const;

    QList<FileBus::ProducerStatus> m_producers;
};
