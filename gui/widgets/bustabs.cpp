// SPDX-License-Identifier: Apache-2.0
#include "bustabs.h"

#include "busview.h"
#include "icons.h"
#include "plaintext.h"
#include "reporttext.h"
#include "theme.h"

#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace
{

struct Mark {
    QString icon;
    QColor color;
};

Mark markOf(const BusReport &report, const Theme::Colors &colors)
{
    switch (report.state.kind) {
    case BusState::Receiving:
        return report.figures.seenRate > 0 ? Mark{u"live"_s, colors.good} : Mark{u"quiet"_s, colors.muted};
    case BusState::Failed:
        return {u"error"_s, colors.loss};
    case BusState::Silent:
        return {u"error"_s, colors.warning};
    case BusState::Vanished:
        return {u"gone"_s, colors.warning};
    default:
        return {u"wait"_s, colors.muted};
    }
}

QString stateWord(const BusReport &report)
{
    const bool receiving = report.state.kind == BusState::Receiving;
    return receiving && report.figures.seenRate <= 0 ? BusTabs::tr("Quiet") : ReportText::stateTitle(report.state);
}

} // namespace

BusTabs::BusTabs(QWidget *parent)
    : QTabWidget(parent)
{
    setMovable(true);
    setDocumentMode(true);
    setElideMode(Qt::ElideMiddle);
    setAccessibleName(tr("Buses"));
}

void BusTabs::add(BusView *view)
{
    const int index = addTab(view, PlainText::caption(view->document()->name()));
    connect(view->document(), &BusDocument::reportChanged, this, [this, view] { refreshState(view); });
    addCloseButton(index, view);
    refreshState(view);
    setCurrentIndex(index);
}

void BusTabs::addCloseButton(int index, BusView *view)
{
    auto *button = new QToolButton;
    button->setIcon(Icons::symbolic(u"close"_s));
    button->setIconSize(QSize(12, 12));
    button->setAutoRaise(true);
    button->setToolTip(tr("Stop watching this bus"));
    button->setAccessibleName(tr("Close %1").arg(view->document()->name()));
    button->setFocusPolicy(Qt::NoFocus);
    connect(button, &QToolButton::clicked, this, [this, view] { Q_EMIT tabCloseRequested(indexOf(view)); });
    tabBar()->setTabButton(index, QTabBar::RightSide, button);
}

QList<BusView *> BusTabs::views() const
{
    QList<BusView *> views;
    for (int i = 0; i < count(); ++i)
        views.append(qobject_cast<BusView *>(widget(i)));
    return views;
}

BusView *BusTabs::current() const
{
    return qobject_cast<BusView *>(currentWidget());
}

BusView *BusTabs::viewOf(const BusDocument *document) const
{
    const QList<BusView *> all = views();
    const auto found = std::find_if(all.begin(), all.end(), [&](const BusView *view) { return view->document() == document; });
    return found == all.end() ? nullptr : *found;
}

// The tool tip states the state in words, and is compared first, so that icons are not created twenty times a second.
void BusTabs::refreshState(BusView *view)
{
    const BusReport &report = view->document()->report();
    const int index = indexOf(view);
    const QString tip = PlainText::toolTip(view->document()->displayPath() + u'\n' + stateWord(report));
    if (tip == tabToolTip(index) && !tabIcon(index).isNull())
        return;
    const Mark mark = markOf(report, Theme::colors(palette()));
    setTabIcon(index, Icons::colored(mark.icon, mark.color));
    setTabToolTip(index, tip);
}
