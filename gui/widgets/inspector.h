// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtWidgets/QWidget>

class QButtonGroup;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QToolButton;
class PayloadHighlighter;

/// Shows one chunk as text, hex or JSON, or its differences from the previous chunk.
class Inspector : public QWidget
{
    Q_OBJECT
public:
    enum Mode { Automatic, Text, Json, Hex, Changes };

    explicit Inspector(QWidget *parent = nullptr);

    /// @p previous: the chunk before it in the list, if any.
    void setEntry(const ChunkEntry &entry, const std::optional<FileBus::Chunk> &previous);
    void clear();

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);

Q_SIGNALS:
    void modeChanged(Mode mode);

private:
    void layOut();
    void addModeButtons(QHBoxLayout *layout);
    void addPartButtons(QHBoxLayout *layout);
    void goToPart(qsizetype part);
    void present();
    void presentPayload(Mode mode);
    void presentPart(const QByteArray &payload, Mode mode);
    void presentChanges(const QByteArray &payload);
    void sayOnlyBeginningIsCompared();
    void presentText(const QString &text, int highlighting);
    Mode effectiveMode() const;

    QLabel *m_details;
    QPlainTextEdit *m_text;
    PayloadHighlighter *m_highlighter;
    QWidget *m_parts; ///< to page through a large payload
    QLabel *m_partLabel;
    QToolButton *m_previousPart;
    QToolButton *m_nextPart;
    QButtonGroup *m_modes;
    QWidget *m_modeRow;
    QLabel *m_hint; ///< shown if there is no chunk
    Mode m_mode = Automatic;
    std::optional<ChunkEntry> m_entry;
    std::optional<FileBus::Chunk> m_previous;
    qsizetype m_part = 0;
};
