# SPDX-License-Identifier: Apache-2.0

# The headers that most sources of a target include: precompile_headers(TARGET [HEADER…]).
function(precompile_headers target)
    if(FILEBUS_PRECOMPILED_HEADERS)
        target_precompile_headers(${target} PRIVATE
            <QtCore/QCoreApplication> <QtCore/QFile> <QtCore/QHash> <QtCore/QJsonObject> <QtCore/QSocketNotifier> <QtCore/QTimer>
            <QtCore/QUuid> <algorithm> <chrono> <deque> <filesystem> <memory> <optional> <variant> ${ARGN})
    endif()
endfunction()
