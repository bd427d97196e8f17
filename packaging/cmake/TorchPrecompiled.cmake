# SPDX-License-Identifier: Apache-2.0
# One precompiled LibTorch header for every .cpp that uses torch: a full include costs 23 s, the reuse under a second.

add_library(gf_torch_pch STATIC ${CMAKE_SOURCE_DIR}/packaging/cmake/torch_pch.cpp)
target_link_libraries(gf_torch_pch PUBLIC ${TORCH_LIBRARIES} nlohmann_json::nlohmann_json)
target_precompile_headers(gf_torch_pch PRIVATE ${CMAKE_SOURCE_DIR}/packaging/cmake/torch_pch.h)
gf_strict(gf_torch_pch)

function(gf_use_torch target)
  target_link_libraries(${target} PUBLIC ${TORCH_LIBRARIES})
  target_link_libraries(${target} PRIVATE nlohmann_json::nlohmann_json)
  target_precompile_headers(${target} REUSE_FROM gf_torch_pch)
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "EXECUTABLE")
    # The header was compiled with -fPIC; a program's default -fPIE would make the compiler refuse it.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
endfunction()
