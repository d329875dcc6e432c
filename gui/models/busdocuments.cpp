// SPDX-License-Identifier: Apache-2.0
#include "busdocuments.h"

#include <algorithm>

BusDocuments::BusDocuments(QObject *parent)
    : QObject(parent)
{
    connect(&m_capture, &Capture::batchReady, this, &BusDocuments::apply);
    connect(&m_capture, &Capture::silenceChanged, this, &BusDocuments::setSilentSince);
    setBounds(m_bounds);
}

BusDocument *BusDocuments::open(const QByteArray &path)
{
    const quint64 id = m_capture.open(path);
    auto *document = new BusDocument(id, path);
    document->chunks()->setBounds(m_bounds);
    m_total.add(document->chunks());
    m_documents[id] = document;
    connect(document, &QObject::destroyed, this, [this, id] { forget(id); });
    return document;
}

void BusDocuments::close(const BusDocument *document)
{
    forget(document->id());
}

void BusDocuments::forget(quint64 id)
{
    m_capture.close(id);
    m_documents.erase(id);
}

BusDocument *BusDocuments::find(const QByteArray &path) const
{
    const auto found =
        std::find_if(m_documents.begin(), m_documents.end(), [&](const auto &entry) { return entry.second->path() == path; });
    return found == m_documents.end() ? nullptr : found->second;
}

void BusDocuments::setBounds(const CaptureBounds &bounds)
{
    m_bounds = bounds;
    m_capture.setBounds(bounds);
    for (const auto &[id, document] : m_documents)
        document->chunks()->setBounds(bounds);
    m_total.setBound(bounds.total);
}

void BusDocuments::setWatched(bool watched)
{
    m_capture.setWatched(watched);
}

void BusDocuments::apply(quint64 id, const BusBatchPointer &batch)
{
    if (const auto entry = m_documents.find(id); entry != m_documents.end())
        entry->second->apply(*batch);
}

void BusDocuments::setSilentSince(quint64 id, qint64 since)
{
    if (const auto entry = m_documents.find(id); entry != m_documents.end())
        entry->second->setSilentSince(since);
}
