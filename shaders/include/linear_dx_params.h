// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LATHE_LINEAR_DX_PARAMS_H
#define LATHE_LINEAR_DX_PARAMS_H
#include "scalar_types.h"

LATHE_PARAMS_BEGIN

struct LinearDxPush {
    uint rowsWord; ///< word of the step buffer that counts the live rows of dY
    uint maxRows;
    uint cols;      ///< K, columns of dX
    uint outCols;   ///< N, columns of dY
    uint units;     ///< format units of a row
    uint weight;    ///< first uvec4 of the slice in the binding
    uint firstQuad; ///< quads firstQuad … + quads − 1 of the slice are summed
    uint quads;
    uint sliceRow;  ///< row of W (column of dY) where the slice begins
    uint sliceRows;
    uint accumulate; ///< 1: added to what dX holds
};
LATHE_PARAMS_CHECK(LinearDxPush)

LATHE_PARAMS_END
#endif
