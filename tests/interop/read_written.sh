#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs read_written.py with the Python that has the packages; 77 (skipped) where there is none.
set -euo pipefail
python=${LATHE_INTEROP_PYTHON:-python3}
"$python" -c 'import gguf, jinja2, numpy, safetensors, tokenizers' 2>/dev/null || {
    echo "no Python with gguf, jinja2, numpy, safetensors and tokenizers: set LATHE_INTEROP_PYTHON"
    exit 77
}
exec "$python" "$(dirname "${BASH_SOURCE[0]}")/read_written.py" "$@"
