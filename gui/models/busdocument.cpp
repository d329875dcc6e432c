// SPDX-License-Identifier: Apache-2.0
#include "busdocument.h"

#include "plaintext.h"

#include <filebus/busaddress.h>
#include <filebus/displaytext.h>

BusDocument::BusDocument(quint64 id, const QByteArray &path, QObject *parent)
    : QObject(parent)
    , m_id(id)
    , m_path(path)
{ }

QString BusDocument::displayPath() const
{
    return PlainText::path(m_path);
}

// The options of an address are no part of the name.
QString BusDocument::name() const
{
    const qsizetype options = FileBus::isClusterAddress(m_path) ? m_path.indexOf('?', m_path.lastIndexOf('@') + 1) : -1;
    const QByteArrayView withoutOptions = QByteArrayView(m_path).first(options < 0 ? m_path.size() : options);
    return FileBus::displayText(withoutOptions.sliced(withoutOptions.lastIndexOf('/') + 1));
}

void BusDocument::apply(const BusBatch &batch)
{
    m_activity.add(batch.activity);
    const BusState former = m_report.state;
    m_report = batch.report;
    m_lastState = m_report.state;
    m_producers.setProducers(m_report.producers);
    m_subscribers.setSubscribers(m_report.subscribers);
    m_chunks.append(batch.entries);
    showState(former);
}

void BusDocument::setSilentSince(qint64 since)
{
    m_silentSince = since;
    showState(m_report.state);
}

// By value: it may be that of the report, which is replaced here.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void BusDocument::showState(BusState former)
{
    m_report.state = m_silentSince > 0 ? BusState{.kind = BusState::Silent, .since = m_silentSince} : m_lastState;
    Q_EMIT reportChanged();
    if (m_report.state != former)
        Q_EMIT stateChanged();
}
