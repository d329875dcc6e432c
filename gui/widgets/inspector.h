// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkentry.h"

#include <QtWidgets/QWidget>

class QButtonGroup;
class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QToolButton;

/// Shows one chunk: as text, hex, JSON, or by what differs from the chunk before it.
class Inspector : public QWidget
{
    Q_OBJECT
public:
    enum Mode { Automatic, Text, Json, Hex, Changes };

    explicit Inspector(QWidget *parent = nullptr);

    /// @p previous is the chunk before it in the list, if there is one.
    void show(const ChunkEntry &entry, const std::optional<FileBus::Chunk> &previous);
    void showNothing();

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);

Q_SIGNALS:
    void modeChanged(Mode mode);

private:
    void addModeButtons(QHBoxLayout *layout);
    void present();
    Mode effectiveMode() const;
    QString rendered(const QByteArray &payload, Mode mode) const;

    QLabel *m_details;
    QPlainTextEdit *m_text;
    QToolButton *m_showAll;
    QButtonGroup *m_modes;
    Mode m_mode = Automatic;
    std::optional<ChunkEntry> m_entry;
    std::optional<FileBus::Chunk> m_previous;
    bool m_whole = false; ///< a large payload is shown to its end
};
