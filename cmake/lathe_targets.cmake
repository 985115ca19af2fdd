# SPDX-License-Identifier: GPL-3.0-or-later
# Functions that every folder uses, so that flags stand in one place.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(OpenSSL REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)

add_library(lathe_flags INTERFACE)
target_compile_options(lathe_flags INTERFACE
    -Wall -Wextra -Wshadow -Wno-missing-field-initializers
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # GCC 12 warns of std::string + std::string by mistake (PR 105329)
    -fno-math-errno -ffp-contract=off
    $<$<BOOL:${LATHE_WERROR}>:-Werror>)
target_include_directories(lathe_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/shaders/include)
if(LATHE_SANITIZE)
    target_compile_options(lathe_flags INTERFACE -fsanitize=${LATHE_SANITIZE} -fno-omit-frame-pointer
        -fno-sanitize-recover=undefined)
    target_link_options(lathe_flags INTERFACE -fsanitize=${LATHE_SANITIZE})
endif()

# lathe_library(NAME SOURCES a.cpp … [LIBS lib …]): one static library per core folder; LIBS is the
# folder's place in the layering, so an include that points the wrong way does not link.
function(lathe_library NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
    add_library(${NAME} STATIC ${ARG_SOURCES})
    target_link_libraries(${NAME} PUBLIC lathe_flags ${ARG_LIBS})
endfunction()

# lathe_levels(TARGET file.inl [OPTIONS …]): compiles a file of hot loops for each CPU level (core/base/cpu_level.h)
# with LATHE_LEVEL set to base, v3 or v4; the file puts all it defines into names that carry the level.
set(LATHE_CPU_LEVELS base)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(LATHE_CPU_LEVELS base v3 v4)
    target_compile_definitions(lathe_flags INTERFACE LATHE_CPU_LEVELS)
endif()
function(lathe_levels TARGET FILE)
    cmake_parse_arguments(ARG "" "" "OPTIONS" ${ARGN})
    get_filename_component(stem ${FILE} NAME_WE)
    foreach(level IN LISTS LATHE_CPU_LEVELS)
        set(source ${CMAKE_CURRENT_BINARY_DIR}/${stem}_${level}.cpp)
        file(CONFIGURE OUTPUT ${source} CONTENT "#define LATHE_LEVEL ${level}\n#include \"${CMAKE_CURRENT_SOURCE_DIR}/${FILE}\"\n")
        target_sources(${TARGET} PRIVATE ${source})
        # -Wno-psabi: vectors are passed between inlined functions only.
        set(options -Wno-psabi ${ARG_OPTIONS})
        if(NOT level STREQUAL base)
            list(APPEND options -march=x86-64-${level})
        endif()
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${options}")
    endforeach()
endfunction()

# lathe_test(tst_x SOURCES … LIBS … LABELS … [TIMEOUT s] [ARGS …] [XVFB]): one Qt Test executable, one CTest entry.
# The test sees LATHE_TEST_DATA (tests/data) as a compile definition. Without TIMEOUT a test has 60 s.
# A sanitizer build holds only the tests with the label `sanitize`.
# GPU tests (label `gpu`) run on the software driver with the validation layer.
# XVFB: at an X server of its own, through xvfb-run, in place of Qt's offscreen platform. Where xvfb-run is missing
# the test fails. One at a time, because two servers that start together may choose the same number.
function(lathe_test NAME)
    cmake_parse_arguments(ARG "XVFB" "TIMEOUT" "SOURCES;LIBS;LABELS;ARGS" ${ARGN})
    if(LATHE_SANITIZE AND NOT "sanitize" IN_LIST ARG_LABELS)
        return()
    endif()
    add_executable(${NAME} ${ARG_SOURCES})
    set_target_properties(${NAME} PROPERTIES AUTOMOC ON)
    target_link_libraries(${NAME} PRIVATE ${ARG_LIBS} Qt6::Test lathe_flags)
    target_compile_definitions(${NAME} PRIVATE LATHE_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
    set(platform offscreen)
    set(display)
    if(ARG_XVFB)
        set(platform xcb)
        set(display xvfb-run --auto-servernum "--server-args=-screen 0 1600x1000x24")
    endif()
    add_test(NAME ${NAME} COMMAND ${display} $<TARGET_FILE:${NAME}> ${ARG_ARGS})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 60)
    endif()
    set_tests_properties(${NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=${platform}")
    if(ARG_XVFB)
        set_tests_properties(${NAME} PROPERTIES RESOURCE_LOCK xvfb
            ENVIRONMENT_MODIFICATION "WAYLAND_DISPLAY=unset:;DISPLAY=unset:;QT_SCALE_FACTOR=unset:")
    endif()
endfunction()

# lathe_fuzzer(fuzz_x SOURCES … LIBS …): a libFuzzer target.
function(lathe_fuzzer NAME)
    cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
    if(LATHE_FUZZ)
        add_executable(${NAME} ${ARG_SOURCES})
        target_link_libraries(${NAME} PRIVATE ${ARG_LIBS} lathe_flags)
        target_link_options(${NAME} PRIVATE -fsanitize=fuzzer)
    endif()
endfunction()
