// SPDX-License-Identifier: Apache-2.0
#include "inspector.h"

#include "chunktext.h"
#include "icons.h"
#include "payloadhighlighter.h"
#include "payloadtext.h"
#include "plainlabel.h"
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

// The lines to compare: the indented JSON, the text, or the hex dump of the first part.
QStringList comparableLines(const QByteArray &payload, bool binary)
{
    const QByteArray beginning = PayloadText::part(payload, 0);
    if (binary)
        return PayloadText::hex(beginning).split(u'\n');
    const QString json = PayloadText::json(payload);
    return (json.isEmpty() ? PayloadText::text(beginning) : json).split(u'\n');
}

bool isComparedWhole(const QByteArray &payload, bool binary)
{
    return PayloadText::partCount(payload) == 1 || (!binary && !PayloadText::json(payload).isEmpty());
}

QString marked(const LineDiff::Line &line)
{
    const QString mark = line.kind == LineDiff::Line::Same ? u"  "_s : line.kind == LineDiff::Line::Removed ? u"− "_s : u"+ "_s;
    return mark + line.text;
}

} // namespace

Inspector::Inspector(QWidget *parent)
    : QWidget(parent)
    , m_details(new PlainLabel)
    , m_text(new QPlainTextEdit)
    , m_highlighter(new PayloadHighlighter(m_text->document()))
    , m_parts(new QWidget)
    , m_partLabel(new PlainLabel)
    , m_modes(new QButtonGroup(this))
    , m_modeRow(new QWidget)
    , m_hint(new PlainLabel(tr("Select a chunk to see its content.")))
{
    m_text->setReadOnly(true);
    m_text->setFont(Theme::monospace());
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setAccessibleName(tr("Payload"));
    m_text->setObjectName(u"payload"_s);
    m_details->setObjectName(u"details"_s);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    layOut();
    clear();
}

void Inspector::layOut()
{
    auto *modes = new QHBoxLayout(m_modeRow);
    modes->setContentsMargins(0, 0, 0, 0);
    modes->setSpacing(2);
    addModeButtons(modes);
    auto *parts = new QHBoxLayout(m_parts);
    parts->setContentsMargins(12, 4, 8, 4);
    addPartButtons(parts);
    auto *head = new QVBoxLayout;
    head->setContentsMargins(12, 8, 12, 8);
    head->setSpacing(8);
    head->addWidget(m_details);
    head->addWidget(m_modeRow);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_hint, 1);
    layout->addWidget(m_parts);
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
    m_modes->button(Automatic)->setToolTip(tr("Text, JSON or hex, depending on the payload"));
    m_modes->button(Changes)->setToolTip(tr("Differences from the previous chunk"));
    layout->addStretch(1);
    connect(m_modes, &QButtonGroup::idClicked, this, [this](int mode) { setMode(static_cast<Mode>(mode)); });
}

void Inspector::addPartButtons(QHBoxLayout *layout)
{
    const auto add = [&](const QString &name, const QString &icon, const QString &tip, int step) {
        auto *button = new QToolButton;
        button->setObjectName(name);
        button->setIcon(Icons::symbolic(icon));
        button->setAutoRaise(true);
        button->setToolTip(tip);
        button->setAccessibleName(tip);
        connect(button, &QToolButton::clicked, this, [this, step] { goToPart(m_part + step); });
        layout->addWidget(button);
        return button;
    };
    m_partLabel->setObjectName(u"part"_s);
    layout->addWidget(m_partLabel, 1);
    m_previousPart = add(u"previousPart"_s, u"previous"_s, tr("Previous part of the payload"), -1);
    m_nextPart = add(u"nextPart"_s, u"next"_s, tr("Next part of the payload"), 1);
}

void Inspector::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    m_modes->button(mode)->setChecked(true);
    present();
    Q_EMIT modeChanged(mode);
}

void Inspector::setEntry(const ChunkEntry &entry, const std::optional<FileBus::Chunk> &previous)
{
    m_entry = entry;
    m_previous = previous;
    m_part = 0;
    present();
}

void Inspector::clear()
{
    m_entry.reset();
    present();
}

void Inspector::goToPart(qsizetype part)
{
    m_part = part;
    present();
}

void Inspector::present()
{
    const bool hasPayload = m_entry && !m_entry->isLoss();
    m_details->setText(m_entry ? ChunkText::details(*m_entry) : QString());
    m_details->setVisible(m_entry.has_value());
    m_text->setVisible(hasPayload);
    m_modeRow->setVisible(hasPayload);
    m_hint->setVisible(!hasPayload);
    m_hint->setText(m_entry ? tr("These chunks were published, but were gone before they could be read.")
                            : tr("Select a chunk to see its content."));
    m_parts->hide();
    if (hasPayload)
        presentPayload(effectiveMode());
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

void Inspector::presentPayload(Mode mode)
{
    const QByteArray payload = m_entry->chunk.payload();
    if (mode == Changes)
        return presentChanges(payload);
    const QString json = mode == Json ? PayloadText::json(payload) : QString();
    if (!json.isEmpty())
        return presentText(json, PayloadHighlighter::Json);
    if (mode == Json && !PayloadText::isText(payload))
        return presentText(tr("This is not JSON."), PayloadHighlighter::Plain);
    presentPart(payload, mode);
}

void Inspector::presentPart(const QByteArray &payload, Mode mode)
{
    const qsizetype parts = PayloadText::partCount(payload);
    const qsizetype offset = PayloadText::partOffset(payload, m_part);
    const QByteArray part = PayloadText::part(payload, m_part);
    m_parts->setVisible(parts > 1);
    m_previousPart->setEnabled(m_part > 0);
    m_nextPart->setEnabled(m_part + 1 < parts);
    m_partLabel->setText(tr("Part %1 of %2: bytes %3 to %4 of %5")
                             .arg(QString::number(m_part + 1), QString::number(parts), ChunkText::size(offset),
                                  ChunkText::size(offset + part.size() - 1), ChunkText::size(payload.size())));
    presentText(mode == Hex ? PayloadText::hex(part, offset) : PayloadText::text(part), PayloadHighlighter::Plain);
}

void Inspector::presentChanges(const QByteArray &payload)
{
    if (!m_previous)
        return presentText(tr("The list holds no earlier chunk to compare with."), PayloadHighlighter::Plain);
    const QByteArray before = m_previous->payload();
    const bool binary = !PayloadText::isText(before) || !PayloadText::isText(payload);
    const QList<LineDiff::Line> changes = LineDiff::between(comparableLines(before, binary), comparableLines(payload, binary));
    QStringList text;
    for (const LineDiff::Line &line : changes)
        text += marked(line);
    m_highlighter->setLines(changes);
    presentText(text.join(u'\n'), PayloadHighlighter::Changes);
    if (!isComparedWhole(before, binary) || !isComparedWhole(payload, binary))
        sayOnlyBeginningIsCompared();
}

void Inspector::sayOnlyBeginningIsCompared()
{
    m_parts->show();
    m_previousPart->setEnabled(false);
    m_nextPart->setEnabled(false);
    m_partLabel->setText(tr("Only the first %1 bytes of each chunk are compared").arg(ChunkText::size(PayloadText::partSize)));
}

void Inspector::presentText(const QString &text, int highlighting)
{
    m_highlighter->setKind(static_cast<PayloadHighlighter::Kind>(highlighting));
    m_text->setPlainText(text);
}
