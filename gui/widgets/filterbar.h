// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkfilter.h"

#include <QtWidgets/QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QToolButton;

/// Where the user enters what to search for, and chooses whether to hide all other chunks.
class FilterBar : public QWidget
{
    Q_OBJECT
public:
    explicit FilterBar(QWidget *parent = nullptr);

    ChunkFilter filter() const;
    /// Whether matches are only marked, and all other chunks stay visible.
    bool isHighlighting() const;
    void setHighlighting(bool highlighting);

    void focusInput();

Q_SIGNALS:
    void changed();
    void highlightingChanged(bool highlighting);
    /// The user wants the next match (1) or the previous one (−1).
    void stepWanted(int step);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void makeInput();
    void makeChoices();
    QToolButton *addStep(const QString &icon, const QString &tip, int step);
    void handleChange();

    QLineEdit *m_input;
    QComboBox *m_scope;
    QToolButton *m_regular;
    QComboBox *m_effect;
    QToolButton *m_previous = nullptr;
    QToolButton *m_next = nullptr;
    QLabel *m_error;
};
