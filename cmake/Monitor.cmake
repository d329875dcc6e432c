# SPDX-License-Identifier: Apache-2.0

# How the library notices changes, and whether it uses more than POSIX: see src/system/system.h. "inotify" needs what Linux has, and
# is the default where that is found; "qt" works with QFileSystemWatcher everywhere. A build for tests of inotify has both, and
# there the environment variable FILEBUS_MONITOR=qt chooses at run time.
include(CheckCXXSymbolExists)
set(CMAKE_REQUIRED_DEFINITIONS -D_GNU_SOURCE)
check_cxx_symbol_exists(inotify_init1 sys/inotify.h FILEBUS_FOUND_INOTIFY)
check_cxx_symbol_exists(renameat2 cstdio FILEBUS_FOUND_RENAMEAT2)
check_cxx_symbol_exists(statx sys/stat.h FILEBUS_FOUND_STATX)
unset(CMAKE_REQUIRED_DEFINITIONS)
if(FILEBUS_FOUND_INOTIFY AND FILEBUS_FOUND_RENAMEAT2 AND FILEBUS_FOUND_STATX)
    set(FILEBUS_MONITOR inotify CACHE STRING "How changes are noticed: inotify or qt")
else()
    set(FILEBUS_MONITOR qt CACHE STRING "How changes are noticed: inotify or qt")
endif()
set_property(CACHE FILEBUS_MONITOR PROPERTY STRINGS inotify qt)
if(NOT FILEBUS_MONITOR MATCHES "^(inotify|qt)$")
    message(FATAL_ERROR "FILEBUS_MONITOR is ${FILEBUS_MONITOR}; it can be inotify or qt")
endif()

target_compile_definitions(filebus_objects PRIVATE FILEBUS_MONITOR="${FILEBUS_MONITOR}")
if(FILEBUS_MONITOR STREQUAL inotify)
    target_compile_definitions(filebus_objects PRIVATE FILEBUS_HAS_INOTIFY)
    target_sources(filebus_objects PRIVATE
        src/system/linux/inotifyevents.cpp
        src/system/linux/inotifyreplacements.cpp
        src/system/linux/linuxattributes.cpp
        src/system/linux/linuxfilesystems.cpp
        src/system/linux/linuxprocesses.cpp
        src/system/linux/linuxsystem.cpp)
endif()
if(FILEBUS_MONITOR STREQUAL qt OR (BUILD_TESTING AND PROJECT_IS_TOP_LEVEL))
    target_compile_definitions(filebus_objects PRIVATE FILEBUS_HAS_QT_MONITOR)
    target_sources(filebus_objects PRIVATE
        src/system/portable/portablesystem.cpp
        src/system/portable/watcherevents.cpp)
endif()
