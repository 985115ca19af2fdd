// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/framing.h"

#include <algorithm>
#include <charconv>

namespace lathe::rpc {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text)
{
    const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

Result<size_t> parseLength(std::string_view name, std::string_view value, size_t limit)
{
    size_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error == std::errc::result_out_of_range || (error == std::errc() && length > limit))
        return fail(Errc::BadInput, std::string(name),
                    "is over the limit of " + std::to_string(limit) + " bytes", "send smaller messages");
    if (error != std::errc() || end != value.data() + value.size())
        return fail(Errc::BadInput, std::string(name), "is not a number of bytes", "send a decimal number");
    return length;
}

} // namespace

void FrameReader::feed(std::span<const std::byte> bytes)
{
    m_buffer.append(reinterpret_cast<const char *>(bytes.data()), bytes.size());
}

Result<std::optional<Frame>> FrameReader::next()
{
    if (!m_header)
        LATHE_TRY(readHeader());
    if (!m_header || m_buffer.size() < m_header->bodyBytes + m_header->binaryBytes)
        return std::nullopt;
    Frame frame;
    frame.body = m_buffer.substr(0, m_header->bodyBytes);
    const auto *binary = reinterpret_cast<const std::byte *>(m_buffer.data()) + m_header->bodyBytes;
    frame.binary.assign(binary, binary + m_header->binaryBytes);
    m_buffer.erase(0, m_header->bodyBytes + m_header->binaryBytes);
    m_header.reset();
    return frame;
}

Result<> FrameReader::readHeader()
{
    const std::string_view head = std::string_view(m_buffer).substr(0, kMaxHeaderBytes);
    size_t lineStart = 0;
    for (size_t newline = head.find('\n'); newline != std::string_view::npos;
         newline = head.find('\n', lineStart)) {
        if (trimmed(head.substr(lineStart, newline - lineStart)).empty()) {
            LATHE_ASSIGN(m_header, parseHeader(head.substr(0, lineStart)));
            m_buffer.erase(0, newline + 1);
            return {};
        }
        lineStart = newline + 1;
    }
    if (m_buffer.size() >= kMaxHeaderBytes)
        return fail(Errc::BadInput, "header",
                    "is over the limit of " + std::to_string(kMaxHeaderBytes) + " bytes",
                    "end it with an empty line");
    return {};
}

Result<FrameReader::Header> FrameReader::parseHeader(std::string_view text) const
{
    Header header;
    bool hasLength = false;
    while (!text.empty()) {
        const size_t newline = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, newline));
        text.remove_prefix(newline + 1);
        const size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            return fail(Errc::BadInput, "header", "has a line without a colon", "send “Name: value” lines");
        std::string name(line.substr(0, colon));
        std::transform(name.begin(), name.end(), name.begin(), lower);
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (name == "content-length") {
            LATHE_ASSIGN(header.bodyBytes, parseLength("Content-Length", value, kMaxBodyBytes));
            hasLength = true;
        } else if (name == "binary-length") {
            LATHE_ASSIGN(header.binaryBytes, parseLength("Binary-Length", value, kMaxBinaryBytes));
        }
    }
    if (!hasLength)
        return fail(Errc::BadInput, "Content-Length", "is missing", "send it before each message");
    return header;
}

std::string encodeFrame(std::string_view body, std::span<const std::byte> binary)
{
    std::string frame = "Content-Length: " + std::to_string(body.size()) + "\r\n";
    if (!binary.empty())
        frame += "Binary-Length: " + std::to_string(binary.size()) + "\r\n";
    frame += "\r\n";
    frame += body;
    frame.append(reinterpret_cast<const char *>(binary.data()), binary.size());
    return frame;
}

} // namespace lathe::rpc
