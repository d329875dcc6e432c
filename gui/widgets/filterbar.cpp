// SPDX-License-Identifier: Apache-2.0
#include "filterbar.h"

#include "icons.h"
#include "plainlabel.h"
#include "theme.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace
{

enum Effect { Filter, Highlight };

} // namespace

FilterBar::FilterBar(QWidget *parent)
    : QWidget(parent)
    , m_input(new QLineEdit)
    , m_scope(new QComboBox)
    , m_regular(new QToolButton)
    , m_effect(new QComboBox)
    , m_error(new PlainLabel)
{
    makeInput();
    makeChoices();
    m_previous = addStep(u"previous"_s, tr("Previous match (Shift+F3)"), -1);
    m_next = addStep(u"next"_s, tr("Next match (F3)"), 1);
    m_error->setObjectName(u"filterError"_s);
    auto *row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(m_input, 1);
    for (QWidget *widget : {static_cast<QWidget *>(m_regular), static_cast<QWidget *>(m_scope), static_cast<QWidget *>(m_effect),
                            static_cast<QWidget *>(m_previous), static_cast<QWidget *>(m_next)})
        row->addWidget(widget);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(4);
    layout->addLayout(row);
    layout->addWidget(m_error);
    handleChange();
}

void FilterBar::makeInput()
{
    m_input->setObjectName(u"search"_s);
    m_input->setPlaceholderText(tr("Search content, sequence number (1200 or 1200-1300) or producer"));
    m_input->setAccessibleName(tr("Search"));
    m_input->setClearButtonEnabled(true);
    m_input->addAction(Icons::symbolic(u"find"_s), QLineEdit::LeadingPosition);
    m_input->installEventFilter(this);
    connect(m_input, &QLineEdit::textChanged, this, &FilterBar::handleChange);
}

void FilterBar::makeChoices()
{
    m_scope->setObjectName(u"searchScope"_s);
    m_scope->setAccessibleName(tr("Where to search"));
    m_scope->setToolTip(tr("Where to search"));
    m_scope->addItem(tr("Everywhere"), ChunkFilter::Everywhere);
    m_scope->addItem(tr("Content"), ChunkFilter::Payload);
    m_scope->addItem(tr("Sequence"), ChunkFilter::Sequence);
    m_scope->addItem(tr("Producer"), ChunkFilter::Producer);
    m_regular->setObjectName(u"searchRegular"_s);
    m_regular->setText(u".*"_s);
    m_regular->setCheckable(true);
    m_regular->setAutoRaise(true);
    m_regular->setAccessibleName(tr("Regular expression"));
    m_regular->setToolTip(tr("Treat the text as a regular expression"));
    m_effect->setObjectName(u"searchEffect"_s);
    m_effect->setAccessibleName(tr("What to do with matches"));
    m_effect->setToolTip(tr("Show only matching chunks, or mark them"));
    m_effect->addItem(tr("Filter"));
    m_effect->addItem(tr("Highlight"));
    connect(m_scope, &QComboBox::currentIndexChanged, this, &FilterBar::handleChange);
    connect(m_regular, &QToolButton::toggled, this, &FilterBar::handleChange);
    connect(m_effect, &QComboBox::currentIndexChanged, this, [this] {
        handleChange();
        Q_EMIT highlightingChanged(isHighlighting());
    });
}

QToolButton *FilterBar::addStep(const QString &icon, const QString &tip, int step)
{
    auto *button = new QToolButton;
    button->setIcon(Icons::symbolic(icon));
    button->setAutoRaise(true);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    connect(button, &QToolButton::clicked, this, [this, step] { Q_EMIT stepWanted(step); });
    return button;
}

ChunkFilter FilterBar::filter() const
{
    return ChunkFilter(m_input->text(), static_cast<ChunkFilter::Scope>(m_scope->currentData().toInt()), m_regular->isChecked());
}

bool FilterBar::isHighlighting() const
{
    return m_effect->currentIndex() == Highlight;
}

void FilterBar::setHighlighting(bool highlighting)
{
    m_effect->setCurrentIndex(highlighting ? Highlight : Filter);
}

void FilterBar::focusInput()
{
    m_input->setFocus(Qt::ShortcutFocusReason);
    m_input->selectAll();
}

void FilterBar::handleChange()
{
    const QString error = filter().error();
    m_error->setText(tr("Invalid regular expression: %1").arg(error));
    m_error->setVisible(!error.isEmpty());
    QPalette palette = m_error->palette();
    palette.setColor(QPalette::WindowText, Theme::colors(palette).loss);
    m_error->setPalette(palette);
    for (QToolButton *step : {m_previous, m_next}) {
        if (step)
            step->setEnabled(isHighlighting() && !m_input->text().isEmpty());
    }
    Q_EMIT changed();
}

// Escape clears the text, and Enter goes to the next match.
bool FilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_input || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->key() == Qt::Key_Escape)
        m_input->clear();
    else if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)
        Q_EMIT stepWanted(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
    return QWidget::eventFilter(watched, event);
}
