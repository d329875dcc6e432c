// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "busdocument.h"
#include "capture.h"
#include "totalbound.h"

#include <map>

/// The documents of all open buses, by the number of the bus. Here captured data reaches its document, whatever widget shows it.
class BusDocuments : public QObject
{
    Q_OBJECT
public:
    explicit BusDocuments(QObject *parent = nullptr);

    /// Starts to watch the bus at @p path (raw bytes). The caller owns the document. It receives data until close() or its
    /// destruction.
    BusDocument *open(const QByteArray &path);
    /// Stops watching the bus of @p document.
    void close(const BusDocument *document);
    /// The document of the bus at @p path; null if the bus is not open.
    BusDocument *find(const QByteArray &path) const;

    /// Sets the bounds of every document, including those opened later.
    void setBounds(const CaptureBounds &bounds);
    /// See Capture::setWatched().
    void setWatched(bool watched);

private:
    void apply(quint64 id, const BusBatchPointer &batch);
    void setSilentSince(quint64 id, qint64 since);
    void forget(quint64 id);

    Capture m_capture;
    TotalBound m_total;
    CaptureBounds m_bounds;
    std::map<quint64, BusDocument *> m_documents;
};
