// SPDX-License-Identifier: Apache-2.0
#include "viewerfixture.h"

#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtWidgets/QApplication>

using namespace Qt::StringLiterals;

ViewerFixture::ViewerFixture()
{
    QApplication::setApplicationName(u"filebus-viewer"_s);
    QApplication::setOrganizationName(u"filebus"_s);
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
    restart();
}

ViewerFixture::~ViewerFixture() = default;

void ViewerFixture::restart()
{
    if (m_window)
        m_window->close();
    m_window = std::make_unique<MainWindow>();
    m_window->restoreTabs();
    m_window->show();
    m_window->activateWindow();
    [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(m_window.get());
}

void ViewerFixture::open(const QString &path)
{
    m_window->open(QFile::encodeName(path));
}

void ViewerFixture::press(const QKeySequence &keys)
{
    QTest::keySequence(m_window.get(), keys);
}

QString ViewerFixture::shown(const char *label)
{
    return find<QLabel>(label)->text();
}

void ViewerFixture::clickRow(int row)
{
    const QRect place = list().visualRect(chunks().index(row, 0));
    QTest::mouseClick(list().viewport(), Qt::LeftButton, {}, place.center());
}

EightByteProducer::EightByteProducer(const QString &bus, const QStringList &options)
    : Program(producerOf(bus, QStringList{u"--block-size"_s, u"8"_s} + options))
{ }

bool EightByteProducer::publish(int first, int last)
{
    QByteArray bytes;
    for (int number = first; number <= last; ++number)
        bytes += QByteArray::number(number).rightJustified(7, '0') + '\n';
    return feed(bytes);
}
