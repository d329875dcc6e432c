// SPDX-License-Identifier: Apache-2.0
#include "messagebanner.h"

#include "icons.h"
#include "plainlabel.h"
#include "theme.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace Qt::StringLiterals;

namespace
{

constexpr int iconSize = 16;
constexpr int edgeWidth = 3;

} // namespace

MessageBanner::MessageBanner(const QString &name, QWidget *parent)
    : QFrame(parent)
    , m_icon(new PlainLabel)
    , m_text(new PlainLabel)
    , m_button(new QPushButton)
{
    setObjectName(name);
    m_text->setObjectName(name + u"Text"_s);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_button->setObjectName(name + u"Button"_s);
    m_button->hide();
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 5, 8, 5);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_button);
    connect(m_button, &QPushButton::clicked, this, &MessageBanner::buttonClicked);
    hide();
}

void MessageBanner::showMessage(Kind kind, const QString &icon, const QString &text)
{
    m_text->setText(text);
    if (kind != m_kind || icon != m_iconName) {
        m_kind = kind;
        m_iconName = icon;
        drawIcon();
    }
    setVisible(true);
}

void MessageBanner::setButton(const QString &text)
{
    m_button->setText(text);
    m_button->show();
}

void MessageBanner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawIcon();
}

QColor MessageBanner::color() const
{
    const Theme::Colors colors = Theme::colors(palette());
    return m_kind == Error ? colors.loss : m_kind == Warning ? colors.warning : colors.chunks;
}

void MessageBanner::drawIcon()
{
    m_icon->setPixmap(Icons::colored(m_iconName, color()).pixmap(QSize(iconSize, iconSize), devicePixelRatio()));
    update();
}

void MessageBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    QColor ground = color();
    ground.setAlphaF(0.13F);
    painter.fillRect(rect(), palette().base());
    painter.fillRect(rect(), ground);
    painter.fillRect(0, 0, edgeWidth, height(), color());
}
