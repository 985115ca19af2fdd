// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The engine's side of docs/protocol.md.
namespace lathe::rpc {

constexpr size_t kMaxHeaderBytes = 4096;
constexpr size_t kMaxBodyBytes = size_t(16) << 20;
constexpr size_t kMaxBinaryBytes = size_t(64) << 20;
constexpr size_t kMaxJsonDepth = 64;

struct Frame {
    std::string body;
    std::vector<std::byte> binary;
};

/// Cuts a stream of bytes into frames. Holds no more than one frame and what came behind it.
class FrameReader
{
public:
    void feed(std::span<const std::byte> bytes);
    /// The next whole frame; nothing if more bytes are needed. An error is for good: the stream cannot be
    /// trusted any more.
    Result<std::optional<Frame>> next();

private:
    struct Header {
        size_t bodyBytes = 0;
        size_t binaryBytes = 0;
    };
    Result<> readHeader();
    Result<Header> parseHeader(std::string_view text) const;

    std::string m_buffer;
    std::optional<Header> m_header;
};

std::string encodeFrame(std::string_view body, std::span<const std::byte> binary = {});

} // namespace lathe::rpc
