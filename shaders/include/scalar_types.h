// SPDX-License-Identifier: GPL-3.0-or-later
// Lets a *_params.h be read by C++ and GLSL.
#ifdef __cplusplus
#include <cstdint>
#define LATHE_PARAMS_BEGIN                                                                                             \
    namespace lathe::shader {                                                                                          \
    using uint = uint32_t;
#define LATHE_PARAMS_END }
#define LATHE_PARAMS_CHECK(type) static_assert(sizeof(type) <= 128, "push constants hold 128 bytes");
#else
#define LATHE_PARAMS_BEGIN
#define LATHE_PARAMS_END
#define LATHE_PARAMS_CHECK(type)
#endif
