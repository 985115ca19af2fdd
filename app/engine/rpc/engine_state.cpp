// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/engine_state.h"

#include <cstdio>

namespace lathe::rpc {

namespace {

void toStandardError(LogLevel, std::string_view text, void *)
{
    std::fprintf(stderr, "%.*s\n", int(text.size()), text.data());
}

} // namespace

EngineState::EngineState(const EngineOptions &options) : m_options(options), m_log(toStandardError) {}

} // namespace lathe::rpc
