# SPDX-License-Identifier: GPL-3.0-or-later
# GLSL → SPIR-V at build time, and the modules inside the program.

find_program(LATHE_GLSLANG glslangValidator REQUIRED)
find_program(LATHE_SPIRV_OPT spirv-opt REQUIRED)
find_program(LATHE_SPIRV_VAL spirv-val REQUIRED)
enable_language(ASM)

# lathe_shader(NAME SOURCE file.comp [FORMATS F32 Q4_1 …] [DEFINES A B=2 …] [TIERS FP16 DOT …]): adds the modules of
# one source to the library that lathe_shader_library closes.
#   FORMATS  one module per weight format, named NAME.Q4_1 and compiled with -DLATHE_FORMAT_Q4_1=1
#   TIERS    beside each module one per math tier, named NAME.Q4_1.FP16, with -DLATHE_TIER_FP16=1
#   DEFINES  for all of them
function(lathe_shader NAME)
    cmake_parse_arguments(ARG "" "SOURCE" "FORMATS;DEFINES;TIERS" ${ARGN})
    set(shared_defines ${ARG_DEFINES})
    list(TRANSFORM shared_defines PREPEND -D)
    set(stems "|")
    if(ARG_FORMATS)
        set(stems ${ARG_FORMATS})
        list(TRANSFORM stems REPLACE "(.+)" ".\\1|-DLATHE_FORMAT_\\1=1")
    endif()
    foreach(stem IN LISTS stems)
        string(REPLACE "|" ";" stem "${stem}")
        list(GET stem 0 suffix)
        list(GET stem 1 format_define)
        lathe_shader_module(${NAME}${suffix} ${ARG_SOURCE} ${format_define} ${shared_defines})
        foreach(tier IN LISTS ARG_TIERS)
            lathe_shader_module(${NAME}${suffix}.${tier} ${ARG_SOURCE} ${format_define} -DLATHE_TIER_${tier}=1
                ${shared_defines})
        endforeach()
    endforeach()
endfunction()

# One module: compiled, optimised and validated; a module that spirv-val rejects does not build.
function(lathe_shader_module MODULE SOURCE)
    set(spv ${CMAKE_CURRENT_BINARY_DIR}/spv/${MODULE}.spv)
    cmake_path(ABSOLUTE_PATH SOURCE BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    add_custom_command(OUTPUT ${spv}
        COMMAND ${CMAKE_COMMAND} -DGLSLANG=${LATHE_GLSLANG} -DOPT=${LATHE_SPIRV_OPT} -DVAL=${LATHE_SPIRV_VAL}
            -DSOURCE=${SOURCE} -DTARGET=${spv} "-DFLAGS=-I${CMAKE_SOURCE_DIR}/shaders/include;${ARGN}"
            -P ${CMAKE_SOURCE_DIR}/cmake/compile_shader.cmake
        DEPENDS ${SOURCE} ${CMAKE_SOURCE_DIR}/cmake/compile_shader.cmake
        DEPFILE ${spv}.d COMMENT "Shader ${MODULE}" VERBATIM)
    set_property(DIRECTORY APPEND PROPERTY LATHE_MODULES ${MODULE})
endfunction()

# lathe_shader_library(NAME FUNCTION f): a static library with all modules that this directory declared;
# std::span<const ShaderModule> lathe::gpu::f() lists them by name.
function(lathe_shader_library NAME)
    cmake_parse_arguments(ARG "" "FUNCTION" "" ${ARGN})
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/spv)
    get_property(modules DIRECTORY PROPERTY LATHE_MODULES)
    list(SORT modules)
    list(LENGTH modules count)
    set(symbols)
    set(rows)
    set(blobs)
    set(files)
    foreach(module IN LISTS modules)
        string(MAKE_C_IDENTIFIER "${NAME}_${module}" symbol)
        set(file ${CMAKE_CURRENT_BINARY_DIR}/spv/${module}.spv)
        list(APPEND files ${file})
        string(APPEND symbols "extern const uint32_t ${symbol}[];\nextern const uint32_t ${symbol}_end[];\n")
        string(APPEND rows "    ShaderModule{\"${module}\", {${symbol}, ${symbol}_end}},\n")
        string(APPEND blobs "LATHE_BLOB(${symbol}, \"${file}\")\n")
    endforeach()
    set(LATHE_TABLE_FUNCTION ${ARG_FUNCTION})
    configure_file(${CMAKE_SOURCE_DIR}/cmake/shader_table.cpp.in ${NAME}_table.cpp @ONLY)
    configure_file(${CMAKE_SOURCE_DIR}/cmake/shader_blobs.S.in ${NAME}_blobs.S @ONLY)
    set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${NAME}_blobs.S PROPERTIES OBJECT_DEPENDS "${files}")
    add_library(${NAME} STATIC ${CMAKE_CURRENT_BINARY_DIR}/${NAME}_table.cpp ${CMAKE_CURRENT_BINARY_DIR}/${NAME}_blobs.S)
    target_include_directories(${NAME} PUBLIC ${CMAKE_SOURCE_DIR})
    target_compile_features(${NAME} PUBLIC cxx_std_20)
endfunction()
