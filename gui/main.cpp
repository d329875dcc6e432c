// SPDX-License-Identifier: Apache-2.0
#include "mainwindow.h"

#include <QtWidgets/QApplication>

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    MainWindow window;
    for (int i = 1; i < argc; ++i)
        window.openBus(argv[i]);
    window.show();
    return QApplication::exec();
}
