// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/log.h"

namespace lathe::rpc {

struct EngineOptions {
    unsigned threads = 0; ///< of the cpu backend; 0: one per processor
};

/// What outlives a request. Thread-safe.
class EngineState
{
public:
    explicit EngineState(const EngineOptions &options);

    const EngineOptions &options() const { return m_options; }
    Log &log() { return m_log; }

private:
    EngineOptions m_options;
    Log m_log;
};

} // namespace lathe::rpc
