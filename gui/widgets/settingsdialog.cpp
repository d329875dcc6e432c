// SPDX-License-Identifier: Apache-2.0
#include "settingsdialog.h"

#include "plainlabel.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>

using namespace Qt::StringLiterals;

SettingsDialog::SettingsDialog(const CaptureBounds &bounds, Theme::Scheme scheme, QWidget *parent)
    : QDialog(parent)
    , m_rows(new QSpinBox)
    , m_mebibytes(new QSpinBox)
    , m_total(new QSpinBox)
    , m_scheme(new QComboBox)
{
    setWindowTitle(tr("Settings"));
    m_rows->setObjectName(u"boundRows"_s);
    m_rows->setRange(100, 1'000'000);
    m_rows->setSingleStep(10'000);
    m_rows->setGroupSeparatorShown(true);
    m_rows->setValue(static_cast<int>(bounds.rows));
    m_mebibytes->setObjectName(u"boundMebibytes"_s);
    m_mebibytes->setRange(1, 4096);
    m_mebibytes->setSuffix(tr(" MiB"));
    m_mebibytes->setValue(static_cast<int>(bounds.bytes >> 20));
    m_total->setObjectName(u"boundTotal"_s);
    m_total->setRange(16, 65536);
    m_total->setSuffix(tr(" MiB"));
    m_total->setGroupSeparatorShown(true);
    m_total->setValue(static_cast<int>(bounds.total >> 20));
    m_scheme->setObjectName(u"scheme"_s);
    m_scheme->addItems({tr("Follow the system"), tr("Light"), tr("Dark")});
    m_scheme->setCurrentIndex(scheme);
    auto *note = new PlainLabel(
        tr("Beyond these limits, the oldest chunks are dropped. To free memory, the bus that holds most drops first."));
    note->setForegroundRole(QPalette::PlaceholderText);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *form = new QFormLayout(this);
    form->setContentsMargins(16, 16, 16, 16);
    form->setVerticalSpacing(10);
    form->addRow(tr("&Chunks per bus"), m_rows);
    form->addRow(tr("&Payload per bus"), m_mebibytes);
    form->addRow(tr("&Memory for all buses"), m_total);
    form->addRow(QString(), note);
    form->addRow(tr("&Colours"), m_scheme);
    form->addRow(buttons);
}

CaptureBounds SettingsDialog::bounds() const
{
    return {.rows = m_rows->value(), .bytes = qint64(m_mebibytes->value()) << 20, .total = qint64(m_total->value()) << 20};
}

Theme::Scheme SettingsDialog::scheme() const
{
    return static_cast<Theme::Scheme>(m_scheme->currentIndex());
}
