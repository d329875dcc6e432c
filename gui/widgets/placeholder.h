// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QWidget>

class QLabel;

/// Says, in place of the data, why there is none.
class Placeholder : public QWidget
{
    Q_OBJECT
public:
    explicit Placeholder(QWidget *parent = nullptr);

    void setText(const QString &icon, const QString &title, const QString &explanation);
    void addButton(QWidget *button);

protected:
    void changeEvent(QEvent *event) override;

private:
    void drawIcon();

    QString m_iconName;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_explanation;
    QWidget *m_buttons;
};
