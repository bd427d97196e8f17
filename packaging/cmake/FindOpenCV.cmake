# SPDX-License-Identifier: Apache-2.0
# Finds the modules of OpenCV that are named as components, as targets opencv_core, opencv_imgcodecs …, each from its own -dev
# package. OpenCV's own configuration insists on every module that Debian has, half a gigabyte with VTK and contrib.

find_path(OpenCV_INCLUDE_DIR opencv2/core.hpp HINTS ${OpenCV_DIR} PATH_SUFFIXES opencv4 include/opencv4)
set(OpenCV_INCLUDE_DIRS ${OpenCV_INCLUDE_DIR})
set(OpenCV_LIBS)
if(OpenCV_INCLUDE_DIR)
  file(STRINGS ${OpenCV_INCLUDE_DIR}/opencv2/core/version.hpp numbers REGEX "^#define CV_VERSION_(MAJOR|MINOR|REVISION) ")
  list(TRANSFORM numbers REPLACE "[^0-9]" "")
  list(JOIN numbers "." OpenCV_VERSION)
endif()
foreach(module IN LISTS OpenCV_FIND_COMPONENTS)
  find_library(OpenCV_${module}_LIBRARY opencv_${module} HINTS ${OpenCV_DIR} PATH_SUFFIXES lib)
  mark_as_advanced(OpenCV_${module}_LIBRARY)
  if(OpenCV_${module}_LIBRARY)
    set(OpenCV_${module}_FOUND TRUE)
    list(APPEND OpenCV_LIBS opencv_${module})
    if(NOT TARGET opencv_${module})
      add_library(opencv_${module} UNKNOWN IMPORTED GLOBAL)
      set_target_properties(opencv_${module} PROPERTIES
        IMPORTED_LOCATION ${OpenCV_${module}_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${OpenCV_INCLUDE_DIR})
    endif()
  endif()
endforeach()
mark_as_advanced(OpenCV_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCV REQUIRED_VARS OpenCV_INCLUDE_DIR VERSION_VAR OpenCV_VERSION HANDLE_COMPONENTS)
