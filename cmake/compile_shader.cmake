# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DGLSLANG= -DOPT= -DVAL= -DSOURCE= -DTARGET= -DFLAGS= -P compile_shader.cmake
# Compiles, optimises and validates one module; TARGET is there only when all went well, with TARGET.d beside it.
function(run_tool)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
    if(NOT status EQUAL 0)
        file(REMOVE ${TARGET})
        message(FATAL_ERROR "${SOURCE}:\n${text}")
    endif()
endfunction()

set(raw ${TARGET}.raw)
set(optimised ${TARGET}.opt)
run_tool(${GLSLANG} -V --quiet --target-env vulkan1.2 ${FLAGS} --depfile ${TARGET}.d -o ${raw} ${SOURCE})
run_tool(${OPT} -O --target-env=vulkan1.2 ${raw} -o ${optimised})
run_tool(${VAL} --target-env vulkan1.2 ${optimised})
# glslangValidator names the file it wrote; the build wants its own output there.
file(READ ${TARGET}.d dependencies)
string(REPLACE "${raw}:" "${TARGET}:" dependencies "${dependencies}")
file(WRITE ${TARGET}.d "${dependencies}")
file(RENAME ${optimised} ${TARGET})
file(REMOVE ${raw})
