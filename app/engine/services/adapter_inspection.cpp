// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/services/adapter_inspection.h"

#include <algorithm>

namespace lathe {

namespace {

/// "q_proj" of "model.layers.3.self_attn.q_proj", "attn_q" of "blk.3.attn_q.weight".
std::string kindOf(std::string_view target)
{
    if (target.ends_with(".weight"))
        target.remove_suffix(std::string_view(".weight").size());
    return std::string(target.substr(target.rfind('.') + 1));
}

uint64_t elements(const LoraMatrix &matrix)
{
    return matrix.rows * matrix.cols; // the file has them all
}

} // namespace

Result<AdapterInspection> inspectAdapter(const std::filesystem::path &path)
{
    AdapterInspection out;
    LATHE_ASSIGN(out.file, LoraFile::open(path));
    for (const LoraPair &pair : out.file->pairs()) {
        out.rank = std::max(out.rank, pair.a.rows);
        out.parameters += elements(pair.a) + elements(pair.b);
        out.bytes += pair.a.data.size() + pair.b.data.size();
        ++out.targets[kindOf(pair.target)];
    }
    return out;
}

} // namespace lathe
