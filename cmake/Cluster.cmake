# SPDX-License-Identifier: Apache-2.0

# Buses on a cluster: the plugin filebus_nats, which the library loads for nats:// and tls:// addresses. It needs libnats; the
# library and the programs do not. FILEBUS_NATS: ON (libnats must be there), OFF, or AUTO (if it is there).
set(FILEBUS_NATS AUTO CACHE STRING "Buses on NATS servers, which need libnats: AUTO, ON or OFF")
set_property(CACHE FILEBUS_NATS PROPERTY STRINGS AUTO ON OFF)
set(FILEBUS_HAS_CLUSTER OFF)
if(FILEBUS_NATS)
    # Not find_package(cnats): in Debian its targets name libraries whose -dev packages libnats-dev does not depend on.
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
        pkg_check_modules(NATS IMPORTED_TARGET QUIET libnats>=3.10)
    endif()
    if(NATS_FOUND)
        set(FILEBUS_HAS_CLUSTER ON)
    elseif(FILEBUS_NATS STREQUAL AUTO)
        message(STATUS "libnats 3.10 was not found: no support for buses on NATS servers. Install libnats-dev and pkg-config to have it.")
    else()
        message(FATAL_ERROR "Buses on NATS servers (FILEBUS_NATS=${FILEBUS_NATS}) need libnats 3.10. Install libnats-dev and pkg-config "
            "(Debian 13), or configure with FILEBUS_NATS=OFF.")
    endif()
endif()
if(NOT FILEBUS_HAS_CLUSTER)
    return()
endif()

# Compiled once, then linked into the plugin and into the tests of its internals, each of which also links the library.
add_library(filebus_nats_objects OBJECT
    src/cluster/answerinbox.cpp
    src/cluster/chunkaccount.cpp
    src/cluster/chunkmessage.cpp
    src/cluster/clusterbackend.cpp
    src/cluster/clusterbus.cpp
    src/cluster/clusterconnection.cpp
    src/cluster/clustercredentials.cpp
    src/cluster/clusterinspection.cpp
    src/cluster/clusterpublisher.cpp
    src/cluster/clusterreader.cpp
    src/cluster/clustersink.cpp
    src/cluster/clustersource.cpp
    src/cluster/connectionrecord.cpp
    src/cluster/connectionworker.cpp
    src/cluster/detachedthread.cpp
    src/cluster/fetchwindow.cpp
    src/cluster/incomingchunks.cpp
    src/cluster/natsfailure.cpp
    src/cluster/outgoingchunks.cpp
    src/cluster/publishanswer.cpp
    src/cluster/publishwindow.cpp
    src/cluster/readposition.cpp
    src/cluster/readsubscription.cpp)
set_target_properties(filebus_nats_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_definitions(filebus_nats_objects PRIVATE FILEBUS_VERSION="${PROJECT_VERSION}")
target_include_directories(filebus_nats_objects PUBLIC src)
target_link_libraries(filebus_nats_objects PUBLIC FileBus::Core PkgConfig::NATS PRIVATE filebus_warnings)
precompile_headers(filebus_nats_objects)

add_library(filebus_nats MODULE src/cluster/clusterplugin.cpp)
set_target_properties(filebus_nats PROPERTIES
    PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}/qt6/plugins/filebus")
target_compile_definitions(filebus_nats PRIVATE FILEBUS_VERSION="${PROJECT_VERSION}")
target_link_libraries(filebus_nats PRIVATE filebus_nats_objects filebus_warnings)
install(TARGETS filebus_nats LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/qt6/plugins/filebus)
