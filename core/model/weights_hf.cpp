// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights_hf.h"

#include "core/formats/printable.h"
#include "core/model/hf_loaders.h"

#include <algorithm>
#include <array>
#include <set>

namespace lathe {

namespace {

struct StoredType {
    std::string_view name;
    DType type;
};
constexpr std::array kTypes{StoredType{"F32", DType::F32}, StoredType{"F16", DType::F16},
                            StoredType{"BF16", DType::BF16}};

/// Parts of models for text and pictures that the decoder does without.
constexpr std::array<std::string_view, 4> kOtherParts{"vision_tower.", "multi_modal_projector.",
                                                      "model.vision_tower.", "model.multi_modal_projector."};

constexpr bool isBias(Role role)
{
    return role >= Role::QueryBias && role <= Role::DownBias;
}

/// Calls `work` for each layer that a rule is about, or for −1.
template <class Work> Result<> forLayers(const TensorRule &rule, const ModelConfig &config, Work work)
{
    if (!tensorName(0, rule.role).starts_with("blk."))
        return work(-1);
    for (size_t layer = 0; layer < config.layers.size(); ++layer) {
        if (rule.in == In::AllLayers || (rule.in == In::Experts) == config.layers[layer].experts)
            LATHE_TRY(work(int(layer)));
    }
    return {};
}

/// Whether a model of this config has the tensor of an optional rule. Nothing: it may.
std::optional<bool> expected(const HfConfig &config, const TensorRule &rule)
{
    if (rule.role == Role::Output)
        return !config.config.tied;
    if (isBias(rule.role))
        return config.biases[size_t(rule.role)];
    return rule.required ? std::optional(true) : std::nullopt;
}

class Matcher
{
public:
    Matcher(const HfFolder &folder, const HfConfig &config)
        : m_folder(folder), m_read(config), m_config(config.config), m_architecture(*config.architecture),
          m_parts([&folder](std::string_view name) { return folder.find(name); }, folder.path().string())
    {
    }

    Result<WeightTable> match()
    {
        chooseNames();
        for (const TensorRule &rule : m_architecture.tensors) {
            if (!rule.hfName.empty())
                LATHE_TRY(forLayers(rule, m_config, [&](int layer) { return add(rule, layer); }));
        }
        for (const TensorRule &rule : m_architecture.tensors) {
            if (!rule.hfName.empty() && expected(m_read, rule).value_or(false))
                LATHE_TRY(forLayers(rule, m_config, [&](int layer) { return require(rule, layer); }));
        }
        LATHE_TRY(refuseUnknown());
        return std::move(m_weights);
    }

private:
    tl::unexpected<Error> bad(std::string_view tensor, std::string what) const
    {
        return fail(Errc::BadInput, m_folder.path().string(),
                    "tensor " + printable(tensor) + " " + std::move(what),
                    "the folder is damaged or does not fit its config.json: get it again");
    }

    /// Folders of one family differ in what stands before the names: the base model's own have nothing there,
    /// those for text and pictures name the decoder among the parts.
    void chooseNames()
    {
        const auto embedding = std::ranges::find(m_architecture.tensors, Role::Embedding, &TensorRule::role);
        const std::string_view name = embedding->hfName;
        m_base = std::string(name.substr(0, name.find('.') + 1));
        const std::array<std::string, 4> bases{m_base, "", "language_model." + m_base,
                                               "model.language_model."};
        for (const std::string &base : bases) {
            const std::string full = base + std::string(name.substr(m_base.size()));
            if (m_folder.find(full) || m_folder.find(full + "_packed")) {
                m_newBase = base;
                return;
            }
        }
        m_newBase = m_base;
    }

    std::string inFile(std::string_view pattern, int layer) const
    {
        std::string name = numbered(pattern, uint64_t(std::max(layer, 0)));
        return name.starts_with(m_base) ? m_newBase + name.substr(m_base.size()) : name;
    }

    Result<> require(const TensorRule &rule, int layer) const
    {
        return m_weights.find(layer, rule.role) ? Result<>() : bad(inFile(rule.hfName, layer), "is missing");
    }

    Result<DType> typeOf(const SafetensorsTensor &tensor) const
    {
        const auto type = std::ranges::find(kTypes, tensor.dtype, &StoredType::name);
        if (type == kTypes.end())
            return fail(Errc::Unsupported, m_folder.path().string(),
                        "unsupported: tensor " + printable(tensor.name) + " of type " + tensor.dtype,
                        "give a folder with F32, F16 or BF16 weights");
        return type->type;
    }

    Result<> checkShape(std::string_view name, const std::vector<uint64_t> &shape,
                        const std::vector<uint64_t> &wanted) const
    {
        if (shape == wanted)
            return {};
        const std::string found = shape.empty() ? "a single number" : shapeText(shape);
        return bad(name, "is " + found + ", the settings ask for " + shapeText(wanted));
    }

    Result<> add(const TensorRule &rule, int layer)
    {
        if (m_weights.find(layer, rule.role))
            return {};
        const std::string name = inFile(rule.hfName, layer);
        if (name.find("{}") != std::string::npos)
            return addExperts(rule, layer, name);
        LATHE_ASSIGN(const auto quantized, readQuantized(name));
        if (quantized)
            return addQuantized(rule, layer, quantized);
        const SafetensorsTensor *tensor = m_folder.find(name);
        if (!tensor)
            return {};
        m_used.insert(tensor->name);
        const std::optional<bool> wanted = expected(m_read, rule);
        if (wanted == false && rule.role == Role::Output)
            return {}; // tied: the embedding counts, as in transformers
        if (wanted == false)
            return bad(name, "is a bias that the settings do not ask for");
        LATHE_ASSIGN(const DType type, typeOf(*tensor));
        const bool vector = rule.rows == Extent::One;
        const uint64_t rows = extentOf(m_config, layer, rule.rows),
                       cols = extentOf(m_config, layer, rule.cols);
        const PartRows part = partRows(m_config, layer, rule.part, vector ? cols : rows);
        const bool transposed = rule.hfForm == HfForm::Transposed && !vector;
        LATHE_TRY(checkShape(tensor->name, tensor->shape,
                             vector       ? std::vector<uint64_t>{part.total}
                             : transposed ? std::vector<uint64_t>{cols, part.total}
                                          : std::vector<uint64_t>{part.total, cols}));
        WeightSource source{tensorName(layer, rule.role), type, uint32_t(vector ? 1 : part.count),
                            uint32_t(vector ? part.count : cols)};
        source.vector = vector;
        source.fileName = tensor->name;
        place(source, *tensor, rule, part, transposed);
        m_weights.add(layer, rule.role, std::move(source));
        return {};
    }

    /// Where the bytes are, or what makes them.
    void place(WeightSource &source, const SafetensorsTensor &tensor, const TensorRule &rule,
               const PartRows &part, bool transposed) const
    {
        const uint64_t rowSize = rowBytes(source.type, source.vector ? 1 : source.cols);
        if (transposed) {
            source.loader = std::make_shared<TransposedLoader>(source.type, tensor.data, part.total,
                                                               part.first, source.rows, source.cols);
        } else if (rule.hfForm == HfForm::PlusOne) {
            source.loader = std::make_shared<PlusOneLoader>(source.type, tensor.data);
            source.type = DType::F32;
        } else if (rule.hfForm == HfForm::PerHead) {
            // (heads, 3, headDim): the part's rows of each head.
            const uint64_t headBytes = m_config.headDim * rowSize;
            const uint64_t which = part.first / part.count;
            std::vector<std::span<const std::byte>> pieces;
            for (uint64_t head = 0; head < part.count / m_config.headDim; ++head)
                pieces.push_back(tensor.data.subspan((head * 3 + which) * headBytes, headBytes));
            source.loader = std::make_shared<PiecesLoader>(std::move(pieces));
        } else {
            source.data = tensor.data.subspan(part.first * rowSize, part.count * rowSize);
        }
    }

    /// Null if it is not quantized.
    Result<std::shared_ptr<const QuantizedMatrix>> readQuantized(const std::string &name)
    {
        if (!m_read.quantization)
            return nullptr;
        LATHE_ASSIGN(auto matrix, QuantizedMatrix::read(m_parts, *m_read.quantization, name));
        if (matrix) {
            for (const std::string &part : quantizedPartNames(name))
                if (const SafetensorsTensor *tensor = m_folder.find(part))
                    m_used.insert(tensor->name);
        }
        return matrix;
    }

    Result<> addQuantized(const TensorRule &rule, int layer,
                          const std::shared_ptr<const QuantizedMatrix> &matrix)
    {
        if (expected(m_read, rule) == false)
            return {}; // a tied head
        if (rule.rows == Extent::One || rule.hfForm == HfForm::PlusOne)
            return bad(matrix->name(), "is quantized, which no vector can be");
        const uint64_t cols = extentOf(m_config, layer, rule.cols);
        const PartRows part = partRows(m_config, layer, rule.part, extentOf(m_config, layer, rule.rows));
        // Transposed ones are turned before they are quantized.
        LATHE_TRY(checkShape(matrix->name(), {matrix->rows(), matrix->cols()}, {part.total, cols}));
        std::vector<QuantizedLoader::Rows> pieces;
        if (rule.hfForm == HfForm::PerHead) {
            for (uint64_t head = 0; head < part.count / m_config.headDim; ++head)
                pieces.push_back(
                    {matrix, (head * 3 + part.first / part.count) * m_config.headDim, m_config.headDim});
        } else {
            pieces.push_back({matrix, part.first, part.count});
        }
        addLoaded(rule, layer, matrix->name(), std::move(pieces));
        return {};
    }

    void addLoaded(const TensorRule &rule, int layer, std::string fileName,
                   std::vector<QuantizedLoader::Rows> pieces)
    {
        const QuantizedMatrix &matrix = *pieces.front().matrix;
        uint64_t rows = 0;
        for (const QuantizedLoader::Rows &piece : pieces)
            rows += piece.count;
        WeightSource source{tensorName(layer, rule.role), matrix.type(), uint32_t(rows),
                            uint32_t(matrix.cols())};
        source.fileName = std::move(fileName);
        source.storedAs = matrix.typeName();
        if (matrix.isInt8())
            source.int8Threshold = float(std::get<BitsAndBytesConfig>(*m_read.quantization).int8Threshold);
        source.loader = std::make_shared<QuantizedLoader>(std::move(pieces));
        m_weights.add(layer, rule.role, std::move(source));
    }

    /// The same as addExperts of quantized ones.
    Result<> addQuantizedExperts(const TensorRule &rule, int layer, const std::string &pattern)
    {
        const uint64_t count = m_config.experts.count;
        const uint64_t rows = extentOf(m_config, layer, rule.rows) / count;
        std::vector<QuantizedLoader::Rows> pieces;
        for (uint64_t expert = 0; expert < count; ++expert) {
            const std::string name = numbered(pattern, expert);
            LATHE_ASSIGN(const auto matrix, readQuantized(name));
            if (!matrix)
                return bad(name, "is missing or not quantized as the first expert's");
            LATHE_TRY(checkShape(name, {matrix->rows(), matrix->cols()},
                                 {rows, extentOf(m_config, layer, rule.cols)}));
            if (matrix->isInt8())
                return m_parts.unsupported(name, "in 8 bits of LLM.int8(), which experts cannot be");
            if (expert > 0 && matrix->type() != pieces.front().matrix->type())
                return bad(name, "has another type than the first expert's");
            pieces.push_back({matrix, 0, rows});
        }
        addLoaded(rule, layer, pattern, std::move(pieces));
        return {};
    }

    /// A tensor for each expert; together they are the rows of one weight.
    Result<> addExperts(const TensorRule &rule, int layer, const std::string &pattern)
    {
        const uint64_t count = m_config.experts.count;
        LATHE_ASSIGN(const auto quantized, readQuantized(numbered(pattern, 0)));
        if (quantized)
            return addQuantizedExperts(rule, layer, pattern);
        const uint64_t rows = extentOf(m_config, layer, rule.rows),
                       cols = extentOf(m_config, layer, rule.cols);
        std::vector<std::span<const std::byte>> pieces;
        std::optional<DType> type;
        for (uint64_t expert = 0; expert < count; ++expert) {
            const std::string name = numbered(pattern, expert);
            const SafetensorsTensor *tensor = m_folder.find(name);
            if (!tensor && expert == 0)
                return {};
            if (!tensor)
                return bad(name, "is missing");
            m_used.insert(tensor->name);
            LATHE_ASSIGN(const DType own, typeOf(*tensor));
            LATHE_TRY(checkShape(tensor->name, tensor->shape, {rows / count, cols}));
            if (type.value_or(own) != own)
                return bad(name, "has another type than the first expert's");
            type = own;
            pieces.push_back(tensor->data);
        }
        WeightSource source{tensorName(layer, rule.role), type.value_or(DType::F32), uint32_t(rows),
                            uint32_t(cols)};
        source.fileName = pattern;
        source.loader = std::make_shared<PiecesLoader>(std::move(pieces));
        m_weights.add(layer, rule.role, std::move(source));
        return {};
    }

    bool mayBeIgnored(std::string_view name) const
    {
        const auto endsSo = [&](std::string_view end) { return name.ends_with(end); };
        return std::ranges::any_of(m_architecture.hfIgnored, endsSo) ||
               (m_newBase != m_base && isOtherPart(name));
    }

    /// A tensor that the graph would leave out changes what the model says: never a guess.
    Result<> refuseUnknown() const
    {
        for (const SafetensorsFile &file : m_folder.files()) {
            for (const SafetensorsTensor &tensor : file.tensors()) {
                if (!m_used.contains(tensor.name) && !mayBeIgnored(tensor.name))
                    return fail(Errc::Unsupported, m_folder.path().string(),
                                "unsupported: tensor " + printable(tensor.name) +
                                    " in a model of architecture " + m_config.architecture,
                                "use a model without it");
            }
        }
        return {};
    }

    const HfFolder &m_folder;
    const HfConfig &m_read;
    const ModelConfig &m_config;
    const Architecture &m_architecture;
    QuantizedParts m_parts;
    std::string m_base, m_newBase; ///< what stands before the names in the rules, and in these files
    WeightTable m_weights;
    std::set<std::string_view> m_used;
};

} // namespace

bool isOtherPart(std::string_view tensor)
{
    return std::ranges::any_of(kOtherParts, [&](std::string_view part) { return tensor.starts_with(part); });
}

Result<WeightTable> hfWeights(const HfFolder &folder, const HfConfig &config)
{
    return Matcher(folder, config).match();
}

WeightTable plannedHfWeights(const HfConfig &config)
{
    WeightTable table;
    for (const TensorRule &rule : config.architecture->tensors) {
        if (rule.hfName.empty() || !expected(config, rule).value_or(false))
            continue;
        const auto plan = [&](int layer) -> Result<> {
            const bool vector = rule.rows == Extent::One;
            WeightSource source{tensorName(layer, rule.role), config.stored,
                                uint32_t(extentOf(config.config, layer, rule.rows)),
                                uint32_t(extentOf(config.config, layer, rule.cols))};
            source.vector = vector;
            if (!table.find(layer, rule.role))
                table.add(layer, rule.role, std::move(source));
            return {};
        };
        (void)forLayers(rule, config.config, plan);
    }
    return table;
}

} // namespace lathe
