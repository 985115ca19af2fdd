// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/spirv.h"

#include <algorithm>
#include <map>
#include <optional>

namespace lathe::gpu {
namespace {

// Numbers of the SPIR-V specification, only those read here.
constexpr uint32_t kMagic = 0x07230203;
constexpr size_t kHeaderWords = 5;
enum Op : uint32_t {
    OpExecutionMode = 16,
    OpTypeInt = 21,
    OpTypeFloat = 22,
    OpTypeVector = 23,
    OpTypeMatrix = 24,
    OpTypeArray = 28,
    OpTypeRuntimeArray = 29,
    OpTypeStruct = 30,
    OpTypePointer = 32,
    OpConstant = 43,
    OpConstantComposite = 44,
    OpSpecConstant = 50,
    OpSpecConstantComposite = 51,
    OpVariable = 59,
    OpDecorate = 71,
    OpMemberDecorate = 72,
    OpExecutionModeId = 331,
};
enum Decoration : uint32_t {
    SpecId = 1,
    ArrayStride = 6,
    MatrixStride = 7,
    BuiltIn = 11,
    NonWritable = 24,
    NonReadable = 25,
    Binding = 33,
    DescriptorSet = 34,
    Offset = 35,
};
constexpr uint32_t kModeLocalSize = 17;
constexpr uint32_t kModeLocalSizeId = 38;
constexpr uint32_t kBuiltInNumWorkgroups = 24;
constexpr uint32_t kBuiltInWorkgroupSize = 25;
constexpr uint32_t kClassPushConstant = 9;
constexpr uint32_t kClassStorageBuffer = 12;

using Decorations = std::map<uint32_t, uint32_t>; ///< decoration → its literal, 0 without

struct Type {
    uint32_t op = 0;
    std::vector<uint32_t> operands;
};

struct Module {
    std::map<uint32_t, Decorations> decorations;                           ///< by id
    std::map<uint32_t, std::map<uint32_t, Decorations>> memberDecorations; ///< by struct and member
    std::map<uint32_t, Type> types;
    std::map<uint32_t, uint32_t> scalars;                 ///< constants of one word
    std::map<uint32_t, std::vector<uint32_t>> composites; ///< their members' ids
    struct Variable {
        uint32_t id, pointerType, storage;
    };
    std::vector<Variable> variables;
    std::array<uint32_t, 3> localSize{1, 1, 1};
    std::vector<uint32_t> localSizeIds;

    std::optional<uint32_t> decoration(uint32_t id, uint32_t which) const
    {
        const auto found = decorations.find(id);
        if (found == decorations.end() || !found->second.contains(which))
            return std::nullopt;
        return found->second.at(which);
    }
    uint32_t scalar(uint32_t id) const
    {
        const auto found = scalars.find(id);
        return found == scalars.end() ? 0 : found->second;
    }
};

/// Reads one instruction; `at` are its operands.
void read(uint32_t op, std::span<const uint32_t> at, Module &module)
{
    const auto has = [&](size_t count) { return at.size() >= count; };
    if (op == OpDecorate && has(2)) {
        module.decorations[at[0]][at[1]] = has(3) ? at[2] : 0;
    } else if (op == OpMemberDecorate && has(3)) {
        module.memberDecorations[at[0]][at[1]][at[2]] = has(4) ? at[3] : 0;
    } else if (op == OpExecutionMode && has(5) && at[1] == kModeLocalSize) {
        module.localSize = {at[2], at[3], at[4]};
    } else if (op == OpExecutionModeId && has(5) && at[1] == kModeLocalSizeId) {
        module.localSizeIds = {at[2], at[3], at[4]};
    } else if (op >= OpTypeInt && op <= OpTypePointer && has(1)) {
        module.types[at[0]] = {op, {at.begin() + 1, at.end()}};
    } else if ((op == OpConstant || op == OpSpecConstant) && has(3)) {
        module.scalars[at[1]] = at[2];
    } else if ((op == OpConstantComposite || op == OpSpecConstantComposite) && has(2)) {
        module.composites[at[1]] = {at.begin() + 2, at.end()};
    } else if (op == OpVariable && has(3)) {
        module.variables.push_back({at[1], at[0], at[2]});
    }
}

Result<Module> parse(std::span<const uint32_t> words)
{
    if (words.size() < kHeaderWords || words[0] != kMagic)
        return fail(Errc::BadInput, {}, "is not SPIR-V");
    Module module;
    for (size_t at = kHeaderWords; at < words.size();) {
        const uint32_t length = words[at] >> 16;
        if (length == 0 || length > words.size() - at)
            return fail(Errc::BadInput, {}, "has a truncated SPIR-V instruction");
        read(words[at] & 0xFFFF, words.subspan(at + 1, length - 1), module);
        at += length;
    }
    return module;
}

/// Bytes of a type in a block with explicit layout. Types nest at most a few levels; a broken module ends at
/// 0.
uint32_t sizeOf(const Module &module, uint32_t id, int depth = 0)
{
    const auto found = module.types.find(id);
    if (found == module.types.end() || found->second.operands.empty() || depth > 8)
        return 0;
    const auto &[op, operands] = found->second;
    switch (op) {
    case OpTypeInt:
    case OpTypeFloat:
        return operands[0] / 8;
    case OpTypeVector:
        return operands.size() < 2 ? 0 : operands[1] * sizeOf(module, operands[0], depth + 1);
    case OpTypeMatrix:
        return operands.size() < 2 ? 0 : operands[1] * sizeOf(module, operands[0], depth + 1);
    case OpTypeArray:
        return operands.size() < 2
                   ? 0
                   : module.scalar(operands[1]) * module.decoration(id, ArrayStride).value_or(0);
    case OpTypeStruct: {
        uint32_t end = 0;
        const auto members = module.memberDecorations.find(id);
        for (uint32_t i = 0; i < operands.size() && members != module.memberDecorations.end(); ++i) {
            const auto member = members->second.find(i);
            if (member != members->second.end() && member->second.contains(Offset))
                end = std::max(end, member->second.at(Offset) + sizeOf(module, operands[i], depth + 1));
        }
        return end;
    }
    default:
        return 0;
    }
}

bool allMembersHave(const Module &module, uint32_t structId, uint32_t decoration)
{
    const auto type = module.types.find(structId);
    const auto members = module.memberDecorations.find(structId);
    if (type == module.types.end() || members == module.memberDecorations.end())
        return false;
    for (uint32_t i = 0; i < type->second.operands.size(); ++i) {
        const auto member = members->second.find(i);
        if (member == members->second.end() || !member->second.contains(decoration))
            return false;
    }
    return true;
}

Access accessOf(const Module &module, uint32_t variable, uint32_t structId)
{
    const auto is = [&](uint32_t decoration) {
        return module.decoration(variable, decoration).has_value() ||
               allMembersHave(module, structId, decoration);
    };
    const unsigned reads = is(NonReadable) ? 0 : unsigned(Access::Read);
    const unsigned writes = is(NonWritable) ? 0 : unsigned(Access::Write);
    return Access(reads | writes);
}

Result<> addBuffer(const Module &module, const Module::Variable &variable, uint32_t structId, Reflection &out)
{
    const auto binding = module.decoration(variable.id, Binding);
    if (!binding || module.decoration(variable.id, DescriptorSet).value_or(0) != 0)
        return fail(Errc::BadInput, {}, "has a storage buffer outside set 0", "give it a binding in set 0");
    const auto type = module.types.find(structId);
    if (type == module.types.end() || type->second.op != OpTypeStruct)
        return fail(Errc::BadInput, {}, "has an array of storage buffers", "use one binding for each");
    constexpr uint32_t kMaxBinding = 64;
    if (*binding >= kMaxBinding)
        return fail(Errc::BadInput, {}, "has the binding number " + std::to_string(*binding));
    if (out.bindings.size() <= *binding)
        out.bindings.resize(*binding + 1, Access::None);
    // Two views of one buffer (as words and as vectors) share a number.
    Access &access = out.bindings[*binding];
    access = Access(unsigned(access) | unsigned(accessOf(module, variable.id, structId)));
    return {};
}

void applyConstants(Module &module, std::span<const uint32_t> constants, Reflection &out)
{
    for (const auto &[id, decorations] : module.decorations) {
        const auto spec = decorations.find(SpecId);
        if (spec == decorations.end())
            continue;
        out.constantIds.push_back(spec->second);
        if (spec->second < constants.size() && module.scalars.contains(id))
            module.scalars[id] = constants[spec->second];
    }
    std::ranges::sort(out.constantIds);
}

std::array<uint32_t, 3> localSizeOf(const Module &module)
{
    std::vector<uint32_t> ids = module.localSizeIds;
    for (const auto &[id, members] : module.composites)
        if (module.decoration(id, BuiltIn) == kBuiltInWorkgroupSize)
            ids = members; // the built-in, where there is one, overrides the execution mode
    if (ids.size() != 3)
        return module.localSize;
    return {module.scalar(ids[0]), module.scalar(ids[1]), module.scalar(ids[2])};
}

} // namespace

Result<Reflection> reflect(std::span<const uint32_t> words, std::span<const uint32_t> constants)
{
    LATHE_ASSIGN(Module module, parse(words));
    Reflection out;
    applyConstants(module, constants, out);
    out.localSize = localSizeOf(module);
    for (const Module::Variable &variable : module.variables) {
        out.usesGroupCount |= module.decoration(variable.id, BuiltIn) == kBuiltInNumWorkgroups;
        const auto pointer = module.types.find(variable.pointerType);
        if (pointer == module.types.end() || pointer->second.operands.size() < 2)
            continue;
        const uint32_t pointee = pointer->second.operands[1];
        if (variable.storage == kClassPushConstant)
            out.pushBytes = std::max(out.pushBytes, sizeOf(module, pointee));
        else if (variable.storage == kClassStorageBuffer)
            LATHE_TRY(addBuffer(module, variable, pointee, out));
    }
    return out;
}

} // namespace lathe::gpu
