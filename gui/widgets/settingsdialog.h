// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkstore.h"
#include "theme.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QSpinBox;

/// How much is kept in memory, and the colours.
class SettingsDialog : public QDialog
{
    Q_OBJECT
public:
    SettingsDialog(const CaptureBounds &bounds, Theme::Scheme scheme, QWidget *parent = nullptr);

    CaptureBounds bounds() const;
    Theme::Scheme scheme() const;

private:
    QSpinBox *m_rows;
    QSpinBox *m_mebibytes;
    QSpinBox *m_total;
    QComboBox *m_scheme;
};
