// SPDX-License-Identifier: GPL-3.0-or-later
// Both host rungs of every op against PyTorch in float64 (tests/tools/make_op_goldens.py).
#include "core/base/bytes.h"
#include "core/ops/attention/attention.h"
#include "core/ops/case_runner.h"
#include "core/ops/expert_linear/expert_linear.h"
#include "core/ops/expert_sum/expert_sum.h"
#include "core/ops/int8_round/int8_round.h"
#include "core/ops/linear/linear.h"
#include "core/ops/rope_cache/rope_cache.h"
#include "core/ops/router/router.h"
#include "core/ops/top_k/top_k.h"
#include "core/ops/unary/unary.h"

#include <QFile>
#include <QTest>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

using namespace lathe;
using Json = nlohmann::json;

namespace {

// The reference rounds twice where a fused op rounds what a plain graph stores, PyTorch's answer once:
// (2 · 2⁻²⁴)² ≈ 1.4e-14. The fast rung: the floor of the op table's bounds.
constexpr double kReferenceBound = 1.5e-14;
constexpr double kCpuBound = 1e-12;

struct Tensor {
    HostTensor view;
    std::vector<std::byte> bytes;
};

Tensor readTensor(const Json &json)
{
    const DType type = *dtypeFromName(json["type"].get<std::string>());
    Tensor tensor{{type, json["rows"], json["cols"]}, {}};
    tensor.bytes.resize(tensor.view.rows * rowBytes(type, tensor.view.cols));
    std::byte *to = tensor.bytes.data();
    for (const Json &value : json["values"]) {
        const float number = value.get<float>();
        const int32_t integer = type == DType::I32 ? value.get<int32_t>() : 0;
        const uint16_t half = floatToHalf(number);
        const size_t size = dtypeInfo(type).blockBytes;
        std::memcpy(to,
                    type == DType::I32 ? (const void *)&integer
                    : size == 2        ? (const void *)&half
                                       : &number,
                    size);
        to += size;
    }
    return tensor;
}

RopeParams ropeParams(const Json &p)
{
    return {p["heads"], p["head_dim"], p["rope_dim"], RopeStyle(p["style"].get<uint32_t>())};
}

/// The op's settings; an op without an entry has none.
ParamBlob readParams(const std::string &op, const Json &p)
{
    using Reader = ParamBlob (*)(const Json &);
    static const std::map<std::string, Reader> readers{
        {"linear",
         [](const Json &j) -> ParamBlob {
             return LinearParams{j["count"], j["flags"], j["eps"],
                                 Activation(j["activation"].get<uint32_t>())};
         }},
        {"rms_norm", [](const Json &j) -> ParamBlob { return j["eps"].get<float>(); }},
        {"layer_norm", [](const Json &j) -> ParamBlob { return j["eps"].get<float>(); }},
        {"glu", [](const Json &j) -> ParamBlob { return j["activation"].get<uint32_t>(); }},
        {"add", [](const Json &j) -> ParamBlob { return j["broadcast"].get<uint32_t>(); }},
        {"softmax", [](const Json &j) -> ParamBlob { return j["scale"].get<float>(); }},
        {"embed", [](const Json &j) -> ParamBlob { return j["scale"].get<float>(); }},
        {"top_k", [](const Json &j) -> ParamBlob { return TopKParams{j["k"]}; }},
        {"cache_write", [](const Json &j) -> ParamBlob { return j["context"].get<uint32_t>(); }},
        {"rope", [](const Json &j) -> ParamBlob { return ropeParams(j); }},
        {"rope_cache",
         [](const Json &j) -> ParamBlob {
             return RopeCacheParams{ropeParams(j), j["kv_heads"], j["context"]};
         }},
        {"unary",
         [](const Json &j) -> ParamBlob {
             return UnaryParams{UnaryParams::Function(j["function"].get<uint32_t>()), j["value"]};
         }},
        {"router",
         [](const Json &j) -> ParamBlob {
             return RouterParams{j["used"], j["normalise"], j["scale"]};
         }},
        {"expert_linear",
         [](const Json &j) -> ParamBlob {
             return ExpertLinearParams{j["experts"], j["used"], j["per_slot"]};
         }},
        {"expert_sum",
         [](const Json &j) -> ParamBlob {
             return ExpertSumParams{j["used"], j["shared"]};
         }},
        {"int8_round",
         [](const Json &j) -> ParamBlob {
             return Int8RoundParams{j["threshold"], j["of_batch"]};
         }},
        {"attention",
         [](const Json &j) -> ParamBlob {
             return AttentionParams{j["heads"],     j["kv_heads"], j["head_dim"], j["context"],
                                    j["key_bound"], j["window"],   j["scale"],    j["softcap"]};
         }},
    };
    const auto reader = readers.find(op);
    return reader == readers.end() ? ParamBlob(uint32_t(0)) : reader->second(p);
}

std::vector<HostTensor> views(std::vector<Tensor> &tensors)
{
    std::vector<HostTensor> result;
    for (Tensor &tensor : tensors) {
        tensor.view.data = tensor.bytes.data();
        result.push_back(tensor.view);
    }
    return result;
}

/// The largest NMSE of a rung's outputs.
double worst(void (*rung)(const HostCall &), const Json &row)
{
    std::vector<Tensor> in, out, expected;
    for (const Json &tensor : row["in"])
        in.push_back(readTensor(tensor));
    for (const Json &tensor : row["out"])
        expected.push_back(readTensor(tensor));
    out = expected;
    for (size_t i = 0; i < out.size(); ++i) {
        std::fill(out[i].bytes.begin(), out[i].bytes.end(), std::byte(0x55));
        if (row.contains("start") && !row["start"][i].is_null())
            out[i] = readTensor(row["start"][i]);
    }
    const ParamBlob params = readParams(row["op"], row["params"]);
    const std::vector<HostTensor> inputs = views(in), outputs = views(out), answers = views(expected);
    rung({params, inputs, outputs});
    double result = 0;
    for (size_t i = 0; i < outputs.size(); ++i)
        result = std::max(result, compare(outputs[i], answers[i]));
    return result;
}

} // namespace

class TestOpsPytorch : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        QFile file(LATHE_TEST_DATA "/ops/pytorch.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_cases = Json::parse(file.readAll().toStdString())["cases"];
        std::set<std::string> tested;
        for (const Json &row : m_cases)
            tested.insert(row["op"].get<std::string>());
        for (const OpDef *op : allOps())
            QVERIFY2(tested.count(std::string(op->name)), op->name.data());
    }

    void equalsPytorch_data()
    {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < m_cases.size(); ++i)
            QTest::addRow("%s: %s", m_cases[i]["op"].get<std::string>().c_str(),
                          m_cases[i]["name"].get<std::string>().c_str())
                << int(i);
    }

    void equalsPytorch()
    {
        QFETCH(int, index);
        const Json &row = m_cases[size_t(index)];
        const OpDef *op = findOp(row["op"].get<std::string>());
        QVERIFY(op);
        const double reference = worst(op->reference, row), cpu = worst(op->cpu, row);
        QVERIFY2(reference <= kReferenceBound, qPrintable(QString("reference: NMSE %1").arg(reference)));
        QVERIFY2(cpu <= kCpuBound, qPrintable(QString("cpu: NMSE %1").arg(cpu)));
    }

private:
    Json m_cases;
};

QTEST_APPLESS_MAIN(TestOpsPytorch)
#include "tst_ops_pytorch.moc"
