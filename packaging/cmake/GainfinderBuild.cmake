# SPDX-License-Identifier: Apache-2.0
# How every target of ours is built: warnings, sanitizers, ccache, and the rule that layers depend downwards only.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# An installed program finds LibTorch where the build found it.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # The precompiled header changes its time stamp in every checkout; without the two sloppiness flags it would defeat the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
                                  CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${CCACHE_PROGRAM})
endif()

find_program(LLD_PROGRAM ld.lld)
if(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
endif()

# libtorch.so exports pieces of a newer C++ library, among them a std::filesystem::remove_all that calls through a null
# pointer here. The system's library has to be searched first, whatever order the targets bring.
add_link_options(LINKER:--push-state,--no-as-needed,-l:libstdc++.so.6,--pop-state)

if(GAINFINDER_SANITIZE)
  add_compile_options(-fsanitize=${GAINFINDER_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${GAINFINDER_SANITIZE})
endif()

# Warnings and their strictness for a target of ours; third-party headers come in as SYSTEM and are not judged.
function(gf_strict target)
  # g++ 12 reports these inside its own std::string (GCC bug 105651), whatever the code does: what it inlines hangs on
  # the length of paths that are compiled in, so a clone elsewhere could fail to build. The asan preset looks for real.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wno-restrict
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-array-bounds;-Wno-stringop-overread;-Wno-stringop-overflow>"
    $<$<BOOL:${GAINFINDER_WERROR}>:-Werror>)
endfunction()

# gf_layer(NAME LEVEL n [TORCH] SOURCES … [DEPENDS gf_…] [LINK …])
# One library per folder of core/. LEVEL is its height in the stack: a library may depend only on lower ones, so a cycle
# cannot be written down. TORCH gives the sources the shared precompiled LibTorch header.
function(gf_layer name)
  cmake_parse_arguments(ARG "TORCH" "LEVEL" "SOURCES;DEPENDS;LINK" ${ARGN})
  add_library(gf_${name} STATIC ${ARG_SOURCES})
  set_target_properties(gf_${name} PROPERTIES GF_LEVEL ${ARG_LEVEL})
  foreach(dependency IN LISTS ARG_DEPENDS)
    get_target_property(level ${dependency} GF_LEVEL)
    if(NOT level LESS ARG_LEVEL)
      message(FATAL_ERROR "gf_${name} (level ${ARG_LEVEL}) may not depend on ${dependency} (level ${level}): arrows point down only.")
    endif()
  endforeach()
  target_include_directories(gf_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core)
  target_link_libraries(gf_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_LINK} nlohmann_json::nlohmann_json)
  gf_strict(gf_${name})
  if(ARG_TORCH)
    gf_use_torch(gf_${name})
  endif()
endfunction()

# gf_core_test(NAME SOURCES … LINK … [LABELS …] [TORCH]): a doctest program that mirrors one folder of core/.
function(gf_core_test name)
  cmake_parse_arguments(ARG "TORCH" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
  target_link_libraries(test_${name} PRIVATE ${ARG_LINK})
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE GF_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/data"
                                                  GF_SOURCE_RESOURCES="${CMAKE_SOURCE_DIR}/resources")
  gf_strict(test_${name})
  if(ARG_TORCH)
    gf_use_torch(test_${name})
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS fast)
  endif()
  add_test(NAME ${name} COMMAND test_${name})
  # Two cores are shared by all tests: one OpenMP thread each unless a test sets its own count.
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT "OMP_NUM_THREADS=1")
endfunction()
