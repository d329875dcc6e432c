// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QProxyStyle>

class QTableView;

/// Adds space between text and the edges of cells and headers.
class RoomyStyle : public QProxyStyle
{
    Q_OBJECT
public:
    static void applyTo(QTableView *table);

    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
};
