# SPDX-License-Identifier: Apache-2.0

# The headers that most sources of a target include: precompile_headers(TARGET [HEADER…]).
function(precompile_headers target)
    if(FILEBUS_PRECOMPILED_HEADERS)
        target_precompile_headers(${target} PRIVATE
            <QtCore/QCoreApplication> <QtCore/QFile> <QtCore/QHash> <QtCore/QJsonObject> <QtCore/QSocketNotifier> <QtCore/QTimer>
            <QtCore/QUuid> <algorithm> <chrono> <deque> <filesystem> <memory> <optional> <variant> ${ARGN})
    endif()
endfunction()

# The same for a QtTest program. All programs of a directory share the headers of the first one, so their flags must be the same.
function(precompile_test_headers target)
    get_directory_property(first FIRST_WITH_TEST_HEADERS)
    # The source of a test includes the output of moc. The file for the rest is empty, and reading the headers for it takes a second.
    set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${target}_autogen/mocs_compilation.cpp"
        PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    if(FILEBUS_PRECOMPILED_HEADERS AND first)
        target_precompile_headers(${target} REUSE_FROM ${first})
    elseif(FILEBUS_PRECOMPILED_HEADERS)
        precompile_headers(${target} <QtCore/QProcess> <QtCore/QTemporaryDir> <QtTest/QSignalSpy> <QtTest/QTest>)
        set_directory_properties(PROPERTIES FIRST_WITH_TEST_HEADERS ${target})
    endif()
endfunction()
