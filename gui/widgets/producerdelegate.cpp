// SPDX-License-Identifier: Apache-2.0
#include "producerdelegate.h"

#include "icons.h"
#include "producermodel.h"
#include "theme.h"

using namespace Qt::StringLiterals;

void ProducerDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() != ProducerModel::User || !index.data(ProducerModel::ClaimedRole).toBool())
        return;
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->icon = Icons::colored(u"error"_s, Theme::colors(option->palette).warning);
    option->palette.setColor(QPalette::Text, Theme::colors(option->palette).warning);
}
