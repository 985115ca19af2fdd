// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/formats/safetensors_header.h"

#include "core/formats/printable.h"

#include <nlohmann/json.hpp>

namespace lathe {

namespace {

constexpr size_t kMaxDimensions = 32;

/// Accepts {"__metadata__":{string:string}, name:{"dtype":string,"shape":[u64…],"data_offsets":[u64,u64]}}.
class HeaderReader : public nlohmann::json_sax<nlohmann::json>
{
public:
    SafetensorsHeader header;
    std::string fault;

    bool start_object(std::size_t) override
    {
        if (m_place == Place::Start)
            return enter(Place::Top);
        if (m_place == Place::TopValue && m_key == "__metadata__")
            return enter(Place::Metadata);
        if (m_place == Place::TopValue) {
            header.entries.push_back({m_key, {}, {}, {}});
            m_seen = 0;
            return enter(Place::Tensor);
        }
        return refuse("an object");
    }

    bool key(std::string &text) override
    {
        m_key = text;
        switch (m_place) {
        case Place::Top:
            return enter(Place::TopValue);
        case Place::Metadata:
            return enter(Place::MetadataValue);
        case Place::Tensor:
            return startField();
        default:
            return refuse("a key");
        }
    }

    bool end_object() override
    {
        if (m_place == Place::Tensor) {
            for (const Field &field : kFields)
                if (!(m_seen & field.bit))
                    return stop(current() + " has no \"" + std::string(field.name) + "\"");
            return enter(Place::Top);
        }
        return enter(m_place == Place::Metadata ? Place::Top : Place::End);
    }

    bool start_array(std::size_t) override
    {
        if (m_place == Place::Shape || m_place == Place::Offsets) {
            if (m_inArray)
                return refuse("an array");
            m_inArray = true;
            m_offsetCount = 0;
            return true;
        }
        return refuse("an array");
    }

    bool end_array() override
    {
        m_inArray = false;
        if (m_place == Place::Offsets && m_offsetCount != 2)
            return stop(current() + " has not two data_offsets");
        return enter(Place::Tensor);
    }

    bool string(std::string &text) override
    {
        if (m_place == Place::MetadataValue) {
            if (!header.metadata.emplace(m_key, text).second)
                return stop("the metadata key \"" + printable(m_key) + "\" appears twice");
            return enter(Place::Metadata);
        }
        if (m_place == Place::DType) {
            header.entries.back().dtype = text;
            return enter(Place::Tensor);
        }
        return refuse("a string");
    }

    bool number_unsigned(number_unsigned_t value) override
    {
        if (!m_inArray)
            return refuse("a number");
        if (m_place == Place::Offsets) {
            if (m_offsetCount == 2)
                return stop(current() + " has not two data_offsets");
            header.entries.back().offsets[m_offsetCount++] = value;
            return true;
        }
        if (header.entries.back().shape.size() == kMaxDimensions)
            return stop(current() + " has more than 32 dimensions");
        header.entries.back().shape.push_back(value);
        return true;
    }

    bool null() override { return refuse("null"); }
    bool boolean(bool) override { return refuse("a truth value"); }
    bool number_integer(number_integer_t) override { return refuse("a negative number"); }
    bool number_float(number_float_t, const std::string &) override
    {
        return refuse("a number that is no 64-bit unsigned integer");
    }
    bool binary(binary_t &) override { return refuse("binary data"); }
    bool parse_error(std::size_t position, const std::string &, const nlohmann::json::exception &) override
    {
        return stop("the header is not JSON at byte " + std::to_string(position));
    }

private:
    enum class Place { Start, Top, TopValue, Metadata, MetadataValue, Tensor, DType, Shape, Offsets, End };
    struct Field {
        std::string_view name;
        Place place;
        unsigned bit;
    };
    static constexpr Field kFields[] = {
        {"dtype", Place::DType, 1}, {"shape", Place::Shape, 2}, {"data_offsets", Place::Offsets, 4}};

    bool startField()
    {
        for (const Field &field : kFields) {
            if (field.name != m_key)
                continue;
            if (m_seen & field.bit)
                return stop(current() + " has \"" + m_key + "\" twice");
            m_seen |= field.bit;
            return enter(field.place);
        }
        return stop(current() + " has an unknown field \"" + printable(m_key) + "\"");
    }

    bool enter(Place place)
    {
        m_place = place;
        return true;
    }
    bool stop(std::string what)
    {
        fault = std::move(what);
        return false;
    }
    bool refuse(const char *found)
    {
        const bool inTensor = m_place == Place::DType || m_place == Place::Shape || m_place == Place::Offsets;
        const std::string where = inTensor ? current() + ": \"" : "the header: \"";
        return stop(where + printable(m_key) + "\" is " + found);
    }
    std::string current() const { return "tensor \"" + printable(header.entries.back().name) + "\""; }

    Place m_place = Place::Start;
    std::string m_key;
    unsigned m_seen = 0; // bits of kFields
    bool m_inArray = false;
    size_t m_offsetCount = 0;
};

} // namespace

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view json, const std::string &fileName)
{
    // The parser would skip a byte order mark and stop at a NUL as if the text ended there.
    if (json.empty() || json.front() != '{' || json.find('\0') != json.npos)
        return fail(Errc::BadInput, fileName, "the header is not a JSON object");
    HeaderReader reader;
    if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader))
        return fail(Errc::BadInput, fileName, reader.fault);
    return std::move(reader.header);
}

} // namespace lathe
