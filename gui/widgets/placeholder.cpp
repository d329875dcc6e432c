// SPDX-License-Identifier: Apache-2.0
#include "placeholder.h"

#include "icons.h"
#include "plainlabel.h"
#include "theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace
{

constexpr int iconSize = 48;
constexpr int readableWidth = 520;
constexpr int buttonPadding = 24;

} // namespace

Placeholder::Placeholder(QWidget *parent)
    : QWidget(parent)
    , m_icon(new PlainLabel)
    , m_title(new PlainLabel)
    , m_explanation(new PlainLabel)
    , m_buttons(new QWidget)
{
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.4);
    large.setWeight(QFont::DemiBold);
    m_title->setFont(large);
    m_title->setObjectName(u"placeholderTitle"_s);
    m_explanation->setObjectName(u"placeholderText"_s);
    m_explanation->setWordWrap(true);
    m_explanation->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_explanation->setFixedWidth(readableWidth);
    new QHBoxLayout(m_buttons);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    for (QLabel *label : {m_icon, m_title, m_explanation}) {
        label->setAlignment(Qt::AlignCenter);
        layout->addWidget(label, 0, Qt::AlignHCenter);
    }
    layout->addWidget(m_buttons, 0, Qt::AlignHCenter);
    layout->addStretch(3);
}

void Placeholder::setText(const QString &icon, const QString &title, const QString &explanation)
{
    m_iconName = icon;
    m_title->setText(title);
    m_explanation->setText(explanation);
    m_explanation->setMinimumHeight(m_explanation->heightForWidth(readableWidth));
    drawIcon();
}

void Placeholder::addButton(QWidget *button)
{
    button->setMinimumWidth(button->sizeHint().width() + buttonPadding);
    m_buttons->layout()->addWidget(button);
}

void Placeholder::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        drawIcon();
}

void Placeholder::drawIcon()
{
    const Theme::Colors colors = Theme::colors(palette());
    const QColor color = m_iconName == u"error" ? colors.loss : colors.muted;
    m_icon->setPixmap(Icons::colored(m_iconName, color).pixmap(QSize(iconSize, iconSize), devicePixelRatio()));
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, colors.muted);
    m_explanation->setPalette(quiet);
}
