// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/rpc/rpc_error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lathe::rpc {

/// Reads the fields of a params object. A field that is left out or null takes the fallback; one of another
/// type or outside its range is error −32602 that names it. The object must outlive the reader.
class Params
{
public:
    /// `where` stands before field names in messages ("sampler.").
    explicit Params(const Json &object, std::string where = {}) : m_object(object), m_where(std::move(where))
    {
    }

    bool has(const char *name) const { return find(name) != nullptr; }
    RpcResult<std::string> string(const char *name) const;
    RpcResult<std::string> string(const char *name, std::string fallback) const;
    RpcResult<bool> boolean(const char *name, bool fallback) const;
    RpcResult<int64_t> integer(const char *name, int64_t fallback, int64_t low, int64_t high) const;
    RpcResult<double> number(const char *name, double fallback) const;
    /// A decimal string or a number; nothing: left out.
    RpcResult<std::optional<uint64_t>> seed(const char *name) const;
    RpcResult<std::vector<std::string>> strings(const char *name) const;
    RpcResult<std::vector<uint32_t>> ids(const char *name) const;
    /// The field itself, or null.
    const Json *find(const char *name) const;
    /// The error for a field that does not hold.
    tl::unexpected<RpcError> wrong(const char *name, std::string what, std::string remedy) const;

private:
    const Json &m_object;
    std::string m_where;
};

} // namespace lathe::rpc
