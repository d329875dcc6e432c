// SPDX-License-Identifier: Apache-2.0
#include "theme.h"

#include <QtGui/QFontDatabase>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyle>

namespace
{

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128;
}

QColor mixed(const QColor &one, const QColor &other, double share)
{
    const auto mix = [share](float left, float right) { return static_cast<float>(left * (1 - share) + right * share); };
    return QColor::fromRgbF(mix(one.redF(), other.redF()), mix(one.greenF(), other.greenF()), mix(one.blueF(), other.blueF()));
}

QPalette paletteOf(const QColor &window, const QColor &base, const QColor &text, const QColor &accent)
{
    QPalette palette(window, window);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, mixed(base, window, 0.5));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, text);
    palette.setColor(QPalette::Light, mixed(window, text, 0.08)); // subtle lines and bevels
    palette.setColor(QPalette::Midlight, mixed(window, text, 0.05));
    palette.setColor(QPalette::Mid, mixed(window, text, 0.18));
    palette.setColor(QPalette::Dark, mixed(window, text, 0.25));
    palette.setColor(QPalette::ToolTipBase, base);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::Accent, accent);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::PlaceholderText, mixed(text, base, 0.5));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, mixed(text, window, 0.6));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, mixed(text, window, 0.7));
    return palette;
}

} // namespace

void Theme::apply(Scheme scheme)
{
    if (scheme == System)
        QApplication::setPalette(QApplication::style()->standardPalette());
    else if (scheme == Light)
        QApplication::setPalette(paletteOf(0xf4f5f7, Qt::white, 0x1d2229, 0x2a6fbb));
    else
        QApplication::setPalette(paletteOf(0x22262c, 0x1a1d22, 0xe2e6eb, 0x3b7ecb));
}

Theme::Colors Theme::colors(const QPalette &palette)
{
    const QColor text = palette.color(QPalette::WindowText);
    const QColor window = palette.color(QPalette::Window);
    const QColor base = palette.color(QPalette::Base);
    const bool dark = isDark(palette);
    const QColor loss = dark ? 0xff7a6b : 0xc22f1f;
    return {.chunks = dark ? 0x5aa9f0 : 0x2a6fbb,
            .bytes = dark ? 0xc39be8 : 0x8a4fb8,
            .loss = loss,
            .lossBackground = mixed(base, loss, dark ? 0.16 : 0.09),
            .match = mixed(base, QColor(0xf0b429), dark ? 0.30 : 0.32),
            .good = dark ? 0x5bc77f : 0x1f8a4c,
            .warning = dark ? 0xf0b429 : 0xb06f00,
            .muted = mixed(text, window, 0.36),
            .separator = mixed(text, window, 0.85)};
}

QFont Theme::monospace()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace);
    return font;
}
