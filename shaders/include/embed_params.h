// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef LATHE_EMBED_PARAMS_H
#define LATHE_EMBED_PARAMS_H
#include "scalar_types.h"

LATHE_PARAMS_BEGIN

struct EmbedPush {
    uint rowsWord; ///< word of the step buffer that counts the live rows of y
    uint maxRows;
    uint firstRow; ///< of a dispatch that does a part of the rows
    uint cols;
    uint units;     ///< format units of a row
    uint indexCols; ///< the index has this many columns
    uint weight;    ///< first uvec4 of the slice in the binding
    uint sliceRow;  ///< rows sliceRow … + sliceRows − 1 of W lie here
    uint sliceRows;
    float scale;
    uint column; ///< of the index, that names the row
};
LATHE_PARAMS_CHECK(EmbedPush)

LATHE_PARAMS_END
#endif
