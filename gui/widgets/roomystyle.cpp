// SPDX-License-Identifier: Apache-2.0
#include "roomystyle.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QTableView>

namespace
{

constexpr int cellPadding = 7;

} // namespace

void RoomyStyle::applyTo(QTableView *table)
{
    auto *style = new RoomyStyle;
    style->setParent(table);
    table->setStyle(style);
    table->horizontalHeader()->setStyle(style);
}

int RoomyStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    const bool isPadding = metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin;
    return isPadding ? cellPadding : QProxyStyle::pixelMetric(metric, option, widget);
}
