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

/// Asks what to export, how and where, and shows how far it is. The window goes on meanwhile.
class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    /// @p name is the beginning of the file name that is proposed.
    ExportDialog(const QList<ChunkEntry> &all, const QList<ChunkEntry> &selected, const QString &name, QWidget *parent = nullptr);

private:
    void makeForm(QFormLayout *form, const QString &name);
    void makeButtons();
    void browse();
    void adaptToFormat();
    /// As chosen in the list, and with what is chosen beside it.
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
