// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGui/QPainter>
#include <QtWidgets/QProxyStyle>

/// The style of the application, but without bevels around bars.
class FlatStyle : public QProxyStyle
{
    Q_OBJECT
public:
    static void applyTo(QWidget *widget);

    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override;
};
