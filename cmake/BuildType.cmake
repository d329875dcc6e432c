# SPDX-License-Identifier: Apache-2.0

# Without a build type, build what users should have: an optimised program. Inside another project, that project decides.
get_property(has_many_build_types GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT has_many_build_types)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()
