// SPDX-License-Identifier: Apache-2.0
#include "icons.h"

#include <QtCore/QFile>
#include <QtGui/QIconEngine>
#include <QtGui/QPainter>
#include <QtGui/QPalette>
#include <QtSvg/QSvgRenderer>
#include <QtWidgets/QApplication>

using namespace Qt::StringLiterals;

// Without this the linker drops the resources; it must be outside of namespaces.
static void keepResources()
{
    Q_INIT_RESOURCE(viewer);
}

namespace
{

QByteArray resource(const QString &name)
{
    keepResources();
    QFile file(u":/filebus/"_s + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Draws a single-colour SVG in a colour that fits.
class SymbolicIconEngine : public QIconEngine
{
public:
    SymbolicIconEngine(const QByteArray &svg, const QColor &color)
        : m_svg(svg)
        , m_color(color)
    { }

    QIconEngine *clone() const override { return new SymbolicIconEngine(*this); }

    void paint(QPainter *painter, const QRect &rectangle, QIcon::Mode mode, QIcon::State) override
    {
        QByteArray svg = m_svg;
        svg.replace("#000000", color(mode).name().toLatin1());
        QSvgRenderer(svg).render(painter, rectangle);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal) override
    {
        return pixmap(size, mode, state);
    }

private:
    QColor color(QIcon::Mode mode) const
    {
        const QPalette palette = QApplication::palette();
        if (mode == QIcon::Selected)
            return palette.color(QPalette::HighlightedText);
        if (mode == QIcon::Disabled)
            return palette.color(QPalette::Disabled, QPalette::ButtonText);
        return m_color.isValid() ? m_color : palette.color(QPalette::ButtonText);
    }

    QByteArray m_svg;
    QColor m_color;
};

} // namespace

QIcon Icons::symbolic(const QString &name)
{
    return colored(name, QColor());
}

QIcon Icons::colored(const QString &name, const QColor &color)
{
    return QIcon(new SymbolicIconEngine(resource(u"icons/"_s + name + u".svg"_s), color));
}

// Drawn here so that no image plugin is needed.
QIcon Icons::application()
{
    QIcon icon;
    QSvgRenderer renderer(resource(u"filebus-viewer.svg"_s));
    for (const int size : {16, 24, 32, 48, 64, 128}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        icon.addPixmap(pixmap);
    }
    return icon;
}
