// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/program.h"

int main(int argc, char **argv)
{
    return lathe::cli::runProgram(argc, argv);
}
