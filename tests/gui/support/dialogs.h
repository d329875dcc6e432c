// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtCore/QTimer>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDialog>
#include <QtWidgets/QLineEdit>

using namespace Qt::StringLiterals;

/// Calls a function with the dialog that opens next.
template<typename Function>
void inNextDialog(const Function &function)
{
    QTimer::singleShot(0, qApp, [function] {
        auto *dialog = qobject_cast<QDialog *>(QApplication::activeModalWidget());
        if (dialog)
            function(*dialog);
        else
            inNextDialog(function);
    });
}

inline void typeFileName(QDialog &dialog, const QString &path)
{
    auto *input = dialog.findChild<QLineEdit *>(u"fileNameEdit"_s);
    input->setText(path);
    QTest::keyClick(input, Qt::Key_Return);
}
