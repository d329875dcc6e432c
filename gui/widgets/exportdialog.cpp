// SPDX-License-Identifier: Apache-2.0
#include "exportdialog.h"

#include "chunktext.h"
#include "filequestions.h"
#include "plainlabel.h"
#include "plaintext.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QRadioButton>

using namespace Qt::StringLiterals;

namespace
{

QString suffix(ChunkWriter::Format format)
{
    return format == ChunkWriter::JsonLines ? u"jsonl"_s : format == ChunkWriter::Csv ? u"csv"_s : u"tar"_s;
}

} // namespace

ExportDialog::ExportDialog(const QList<ChunkEntry> &all, const QList<ChunkEntry> &selected, const QString &name, QWidget *parent)
    : QDialog(parent)
    , m_all(all)
    , m_selected(selected)
    , m_everything(new QRadioButton(tr("All %1 rows in the list").arg(ChunkText::count(static_cast<quint64>(all.size())))))
    , m_selection(new QRadioButton(tr("The %1 selected rows").arg(ChunkText::count(static_cast<quint64>(selected.size())))))
    , m_format(new QComboBox)
    , m_verbatim(new QCheckBox(tr("Write text &verbatim")))
    , m_fileName(new QLineEdit)
    , m_browse(new QPushButton(tr("Browse…")))
    , m_progress(new QProgressBar)
    , m_result(new PlainLabel)
    , m_export(new QPushButton(tr("&Export")))
    , m_close(new QPushButton(tr("Close")))
{
    setWindowTitle(tr("Export chunks"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(520);
    auto *form = new QFormLayout;
    form->setVerticalSpacing(10);
    makeForm(form, name);
    makeButtons();
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_export);
    m_result->setWordWrap(true);
    m_result->setObjectName(u"exportResult"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->addLayout(form);
    layout->addWidget(m_progress);
    layout->addWidget(m_result);
    layout->addLayout(buttons);
    m_progress->hide();
    m_result->hide();
}

void ExportDialog::makeForm(QFormLayout *form, const QString &name)
{
    m_everything->setObjectName(u"exportAll"_s);
    m_selection->setObjectName(u"exportSelection"_s);
    m_selection->setEnabled(!m_selected.isEmpty());
    (m_selected.size() > 1 ? m_selection : m_everything)->setChecked(true);
    m_format->setObjectName(u"exportFormat"_s);
    m_format->addItem(tr("JSON Lines: one object per chunk, including losses"), ChunkWriter::JsonLines);
    m_format->addItem(tr("CSV: one row per chunk"), ChunkWriter::Csv);
    m_format->addItem(tr("tar: one file per payload"), ChunkWriter::Tar);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::adaptToFormat);
    m_verbatim->setObjectName(u"exportVerbatim"_s);
    m_verbatim->setToolTip(
        tr("Spreadsheets run text that begins with =, +, - or @ as a formula. Unless this is checked, an apostrophe is put "
           "in front of such text."));
    m_verbatim->setEnabled(false);
    m_fileName->setObjectName(u"exportFile"_s);
    m_fileName->setText(QDir::home().filePath(name + u".jsonl"_s));
    connect(m_browse, &QPushButton::clicked, this, &ExportDialog::browse);
    auto *file = new QHBoxLayout;
    file->addWidget(m_fileName, 1);
    file->addWidget(m_browse);
    form->addRow(tr("Rows"), m_everything);
    form->addRow(QString(), m_selection);
    form->addRow(tr("&Format"), m_format);
    form->addRow(QString(), m_verbatim);
    auto *label = new PlainLabel(tr("F&ile"));
    label->setBuddy(m_fileName); // the form sets none, because the row is a layout
    form->addRow(label, file);
}

void ExportDialog::makeButtons()
{
    m_progress->setTextVisible(true);
    m_export->setObjectName(u"exportStart"_s);
    m_export->setDefault(true);
    m_close->setObjectName(u"exportClose"_s);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::begin);
    connect(m_close, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
        else
            close();
    });
}

ChunkWriter::Format ExportDialog::listedFormat() const
{
    return static_cast<ChunkWriter::Format>(m_format->currentData().toInt());
}

ChunkWriter::Format ExportDialog::format() const
{
    return listedFormat() == ChunkWriter::Csv && m_verbatim->isChecked() ? ChunkWriter::VerbatimCsv : listedFormat();
}

void ExportDialog::browse()
{
    const QString chosen = FileQuestions::fileToWrite(this, tr("Export to"), m_fileName->text());
    if (!chosen.isEmpty())
        m_fileName->setText(chosen);
}

void ExportDialog::adaptToFormat()
{
    m_verbatim->setEnabled(listedFormat() == ChunkWriter::Csv);
    const QFileInfo file(m_fileName->text());
    if (QStringList{u"jsonl"_s, u"csv"_s, u"tar"_s}.contains(file.suffix()))
        m_fileName->setText(file.path() + u'/' + file.completeBaseName() + u'.' + suffix(listedFormat()));
}

void ExportDialog::begin()
{
    if (!FileQuestions::mayWrite(this, windowTitle(), m_fileName->text()))
        return;
    m_job = new ExportJob(m_selection->isChecked() ? m_selected : m_all, format(), m_fileName->text(), this);
    m_progress->setRange(0, static_cast<int>(m_job->total()));
    m_progress->setValue(0);
    connect(m_job, &ExportJob::progressed, m_progress, [this](qsizetype rows) { m_progress->setValue(static_cast<int>(rows)); });
    connect(m_job, &ExportJob::finished, this, &ExportDialog::end);
    m_progress->show();
    m_result->hide();
    m_export->setEnabled(false);
    m_close->setText(tr("Cancel"));
    m_job->start();
}

void ExportDialog::end(const QString &error)
{
    const QString rows = ChunkText::count(static_cast<quint64>(m_job->total()));
    m_result->setText(error.isEmpty() ? tr("%1 rows were written to %2.").arg(rows, PlainText::path(m_fileName->text())) : error);
    m_result->show();
    m_progress->setValue(error.isEmpty() ? m_progress->maximum() : m_progress->value());
    m_progress->setVisible(error.isEmpty());
    m_export->setEnabled(true);
    m_close->setText(tr("Close"));
    m_job->deleteLater();
    m_job = nullptr;
}
