// SPDX-License-Identifier: Apache-2.0
#include "chunkdelegate.h"

#include "chunkmodel.h"
#include "icons.h"
#include "theme.h"

using namespace Qt::StringLiterals;

namespace
{

void showLoss(QStyleOptionViewItem *option, const Theme::Colors &colors, int column)
{
    option->backgroundBrush = colors.lossBackground;
    option->palette.setColor(QPalette::Text, colors.loss);
    if (column == ChunkModel::Preview) {
        option->font.setWeight(QFont::DemiBold);
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = Icons::colored(u"loss"_s, colors.loss);
    }
}

} // namespace

void ChunkDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->state &= ~QStyle::State_HasFocus; // whole rows are selected, so no cell needs a frame
    const Theme::Colors colors = Theme::colors(option->palette);
    if (index.data(ChunkModel::MatchRole).toBool())
        option->backgroundBrush = colors.match;
    if (index.column() == ChunkModel::Time || index.column() == ChunkModel::Producer)
        option->palette.setColor(QPalette::Text, colors.muted);
    if (index.data(ChunkModel::LossRole).toBool())
        return showLoss(option, colors, index.column());
    if (index.column() == ChunkModel::Preview)
        option->font = Theme::monospace();
    if (index.column() == ChunkModel::Sequence && index.data(ChunkModel::RecoveredRole).toBool()) {
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = Icons::colored(u"history"_s, colors.muted);
    }
}
