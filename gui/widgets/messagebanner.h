// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;

/// A line above the data that says what is special about it now, with a button for the remedy if there is one.
class MessageBanner : public QFrame
{
    Q_OBJECT
public:
    enum Kind { Information, Warning, Error };

    explicit MessageBanner(const QString &name, QWidget *parent = nullptr);

    void showMessage(Kind kind, const QString &icon, const QString &text);
    void setButton(const QString &text);

Q_SIGNALS:
    void buttonClicked();

protected:
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    QColor color() const;
    void drawIcon();

    Kind m_kind = Information;
    QString m_iconName;
    QLabel *m_icon;
    QLabel *m_text;
    QPushButton *m_button;
};
