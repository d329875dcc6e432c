# SPDX-License-Identifier: Apache-2.0

# Adds the QtTest program tst_PROGRAM as the test NAME: add_qt_test(NAME PROGRAM [FUNCTION…]). If it skips everything but its
# initTestCase() and cleanupTestCase(), it is shown as skipped; tests/skipped.py lists what other tests have skipped.
function(add_qt_test name program)
    add_test(NAME ${name} COMMAND tst_${program} ${ARGN})
    set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "Totals: [0-2] passed, 0 failed, [1-9][0-9]* skipped")
endfunction()

# The same test again, as NAME-qt, with the portable implementation of what the library asks of the system (cmake/Monitor.cmake).
# A build that has only that one runs it anyway.
function(add_portable_test name program)
    if(NOT FILEBUS_MONITOR STREQUAL inotify)
        return()
    endif()
    add_qt_test(${name}-qt ${program})
    set_tests_properties(${name}-qt PROPERTIES ENVIRONMENT "FILEBUS_MONITOR=qt" LABELS portable)
endfunction()
