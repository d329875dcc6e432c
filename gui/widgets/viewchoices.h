// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "chunkmodel.h"
#include "inspector.h"

/// How the user wants to see a bus; the same for all of them.
struct ViewChoices {
    ChunkModel::TimeMode timeMode = ChunkModel::AbsoluteTime;
    Inspector::Mode inspectorMode = Inspector::Automatic;
    int plotSpan = 60; ///< seconds
    bool highlighting = false;
    bool inspectorShown = true;
    bool plotShown = true;
    QByteArray listColumns;   ///< of the list: widths, order, which are hidden
    QByteArray sideBySide;    ///< list and inspector
    QByteArray oneAboveOther; ///< these and the plot
};
