// SPDX-License-Identifier: Apache-2.0
#include "flatstyle.h"

#include "theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QStyleOption>

void FlatStyle::applyTo(QWidget *widget)
{
    auto *style = new FlatStyle;
    style->setParent(widget);
    widget->setStyle(style);
}

void FlatStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    if (element != CE_ToolBar)
        return QProxyStyle::drawControl(element, option, painter, widget);
    painter->fillRect(option->rect, option->palette.window());
    painter->fillRect(option->rect.adjusted(0, option->rect.height() - 1, 0, 0), Theme::colors(option->palette).separator);
}
