// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QLabel>

/// A label that shows its text as it is, never as markup. Long words do not widen the window.
class PlainLabel : public QLabel
{
    Q_OBJECT
public:
    explicit PlainLabel(const QString &text = {}, QWidget *parent = nullptr)
        : QLabel(parent)
    {
        setTextFormat(Qt::PlainText); // before the text, so that nothing is ever treated as markup
        setText(text);
    }

    QSize minimumSizeHint() const override
    {
        const QSize hint = QLabel::minimumSizeHint();
        return wordWrap() ? QSize(0, hint.height()) : hint;
    }
};
