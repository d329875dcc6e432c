# SPDX-License-Identifier: Apache-2.0

# The dependencies of filebus. Whatever is missing is reported at once, with the names of the packages and an alternative.
set(required_qt 6.6)
find_package(Qt6 ${required_qt} QUIET COMPONENTS Core)
find_package(KF6Archive 6.0 QUIET)
if(NOT Qt6_FOUND OR NOT KF6Archive_FOUND)
    set(found "")
    if(NOT Qt6_FOUND AND Qt6_CONSIDERED_VERSIONS)
        set(found " Found: Qt ${Qt6_CONSIDERED_VERSIONS}.")
    elseif(Qt6_FOUND)
        set(found " Found: Qt ${Qt6_VERSION}, but not KArchive for Qt 6.")
    endif()
    message(FATAL_ERROR "filebus needs Qt ${required_qt} and KArchive 6.0 (KDE Frameworks for Qt 6).${found} "
        "Install qt6-base-dev and libkf6archive-dev (Debian 13), qt6-qtbase-devel and kf6-karchive-devel (Fedora), or qt6-base and "
        "karchive (Arch). Where the packages of the system are older, as in Debian 12 and Ubuntu 24.04, ./scripts/build builds "
        "filebus in a Debian 13 root of its own.")
endif()
