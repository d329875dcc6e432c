// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exportjob.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QRadioButton;

/// Asks what to export, how and where, and shows the progress. The window stays usable.
class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    /// @p name: the beginning of the suggested file name.
    ExportDialog(const QList<ChunkEntry> &all, const QList<ChunkEntry> &selected, const QString &name, QWidget *parent = nullptr);

private:
    void makeForm(QFormLayout *form, const QString &name);
    void makeButtons();
    void browse();
    void adaptToFormat();
    /// The chosen format, taking the choice of verbatim text into account.
    ChunkWriter::Format listedFormat() const;
    ChunkWriter::Format format() const;
    void begin();
    void end(const QString &error);

    QList<ChunkEntry> m_all;
    QList<ChunkEntry> m_selected;
    QRadioButton *m_everything;
    QRadioButton *m_selection;
    QComboBox *m_format;
    QCheckBox *m_verbatim;
    QLineEdit *m_fileName;
    QPushButton *m_browse;
    QProgressBar *m_progress;
    QLabel *m_result;
    QPushButton *m_export;
    QPushButton *m_close;
    ExportJob *m_job = nullptr;
};
