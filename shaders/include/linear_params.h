// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LATHE_LINEAR_PARAMS_H
#define LATHE_LINEAR_PARAMS_H
#include "scalar_types.h"

LATHE_PARAMS_BEGIN

/// One weight matrix of a linear dispatch: some rows of it, in the device layout.
struct LinearSegment {
    uint weight;    ///< first uvec4 of the rows in the weight binding
    uint rows;      ///< rows here
    uint firstRow;  ///< column of y where they begin
    uint firstQuad; ///< row quads of the segments before (kernels without GLU)
};

struct LinearPush {
    uint rowsWord; ///< word of the step buffer that counts the live rows of x
    uint maxRows;  ///< rows of x
    uint cols;     ///< K
    uint units;    ///< format units of a row
    uint segments; ///< 1…3
    float eps;
    uint outCols[3]; ///< columns of y_i
    uint pad;
    LinearSegment segment[3];
};
LATHE_PARAMS_CHECK(LinearPush)

LATHE_PARAMS_END
#endif
