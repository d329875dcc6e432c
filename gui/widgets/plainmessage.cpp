// SPDX-License-Identifier: Apache-2.0
#include "plainmessage.h"

#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

namespace
{

// The format comes before the text, so that nothing is ever treated as markup.
void fill(QMessageBox &box, QMessageBox::Icon icon, const QString &title, const QString &text)
{
    box.setTextFormat(Qt::PlainText);
    box.setIcon(icon);
    box.setWindowTitle(title);
    box.setText(text);
}

} // namespace

void PlainMessage::inform(QWidget *window, const QString &title, const QString &text)
{
    QMessageBox box(window);
    fill(box, QMessageBox::Information, title, text);
    box.exec();
}

void PlainMessage::warn(QWidget *window, const QString &title, const QString &text)
{
    QMessageBox box(window);
    fill(box, QMessageBox::Warning, title, text);
    box.exec();
}

bool PlainMessage::confirms(QWidget *window, const QString &title, const QString &text, const QString &action)
{
    QMessageBox box(window);
    fill(box, QMessageBox::Warning, title, text);
    const QPushButton *confirm = box.addButton(action, QMessageBox::DestructiveRole);
    box.setDefaultButton(box.addButton(QMessageBox::Cancel));
    box.exec();
    return box.clickedButton() == confirm;
}
