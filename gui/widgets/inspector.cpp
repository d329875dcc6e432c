// SPDX-License-Identifier: Apache-2.0
#include "inspector.h"

#include "chunktext.h"
#include "payloadtext.h"
#include "theme.h"

#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace
{

constexpr qsizetype shownAtOnce = qsizetype(32) << 10; // more is felt when one walks through a list

} // namespace

Inspector::Inspector(QWidget *parent)
    : QWidget(parent)
    , m_details(new QLabel)
    , m_text(new QPlainTextEdit)
    , m_showAll(new QToolButton)
    , m_modes(new QButtonGroup(this))
{
    m_text->setReadOnly(true);
    m_text->setFont(Theme::monospace());
    m_text->setAccessibleName(tr("Payload"));
    m_text->setObjectName(u"payload"_s);
    m_details->setObjectName(u"details"_s);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_showAll->setObjectName(u"showAll"_s);
    connect(m_showAll, &QToolButton::clicked, this, [this] {
        m_whole = true;
        present();
    });
    auto *modes = new QHBoxLayout;
    addModeButtons(modes);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_details);
    layout->addLayout(modes);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_showAll);
    showNothing();
}

void Inspector::addModeButtons(QHBoxLayout *layout)
{
    const QList<std::pair<Mode, QString>> modes{
        {Automatic, tr("Auto")}, {Text, tr("Text")}, {Json, tr("JSON")}, {Hex, tr("Hex")}, {Changes, tr("Changes")}};
    for (const auto &[mode, name] : modes) {
        auto *button = new QToolButton;
        button->setText(name);
        button->setCheckable(true);
        button->setChecked(mode == m_mode);
        button->setAutoRaise(true);
        m_modes->addButton(button, mode);
        layout->addWidget(button);
    }
    layout->addStretch(1);
    connect(m_modes, &QButtonGroup::idClicked, this, [this](int mode) { setMode(static_cast<Mode>(mode)); });
}

void Inspector::setMode(Mode mode)
{
    m_mode = mode;
    m_modes->button(mode)->setChecked(true);
    present();
    Q_EMIT modeChanged(mode);
}

void Inspector::show(const ChunkEntry &entry, const std::optional<FileBus::Chunk> &previous)
{
    m_entry = entry;
    m_previous = previous;
    m_whole = false;
    present();
}

void Inspector::showNothing()
{
    m_entry.reset();
    present();
}

void Inspector::present()
{
    m_text->setVisible(m_entry && !m_entry->isLoss());
    m_details->setText(m_entry ? ChunkText::details(*m_entry) : tr("Select a chunk to see what is in it."));
    m_showAll->hide();
    if (!m_entry || m_entry->isLoss())
        return;
    const QByteArray payload = m_entry->chunk.payload();
    const bool cut = !m_whole && payload.size() > shownAtOnce;
    m_showAll->setText(tr("Show all %1 bytes").arg(ChunkText::size(payload.size())));
    m_showAll->setVisible(cut);
    m_text->setPlainText(rendered(cut ? payload.first(shownAtOnce) : payload, effectiveMode()));
}

Inspector::Mode Inspector::effectiveMode() const
{
    if (m_mode != Automatic)
        return m_mode;
    switch (PayloadText::kindOf(m_entry->chunk.payload())) {
    case PayloadText::Json:
        return Json;
    case PayloadText::Binary:
        return Hex;
    default:
        return Text;
    }
}

QString Inspector::rendered(const QByteArray &payload, Mode mode) const
{
    if (mode == Hex)
        return PayloadText::hex(payload);
    if (mode == Json)
        return PayloadText::json(payload);
    return PayloadText::text(payload);
}
