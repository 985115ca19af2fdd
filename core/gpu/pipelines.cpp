// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/device_state.h"

#include <algorithm>

namespace lathe::gpu {
namespace {

constexpr const char *kOurFault = "this is a fault of the program: report it with the diagnostics";

std::string keyOf(const KernelSpec &spec)
{
    std::string key(spec.module);
    for (uint32_t constant : spec.constants)
        key += '|' + std::to_string(constant);
    return key + '@' + std::to_string(spec.requiredSubgroupSize);
}

const ShaderModule *findModule(const Device::State &device, std::string_view name)
{
    for (std::span<const ShaderModule> modules : {shaderModules(), device.options.extraModules}) {
        const auto found = std::ranges::find(modules, name, &ShaderModule::name);
        if (found != modules.end())
            return &*found;
    }
    return nullptr;
}

Result<PipelineLayout> layoutFor(Device::State &device, uint32_t bindings)
{
    PipelineLayout &layout = device.layouts[bindings];
    if (layout.pipeline)
        return layout;
    std::vector<VkDescriptorSetLayoutBinding> slots(bindings);
    for (uint32_t i = 0; i < bindings; ++i)
        slots[i] = {i, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
    VkDescriptorSetLayoutCreateInfo set{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    set.bindingCount = bindings;
    set.pBindings = slots.data();
    if (!layout.set)
        LATHE_VK(device.vk.vkCreateDescriptorSetLayout(device.handle, &set, nullptr, &layout.set),
                 device.info.name);
    const VkPushConstantRange push{VK_SHADER_STAGE_COMPUTE_BIT, 0, kMaxPushBytes};
    VkPipelineLayoutCreateInfo create{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    create.setLayoutCount = 1;
    create.pSetLayouts = &layout.set;
    create.pushConstantRangeCount = 1;
    create.pPushConstantRanges = &push;
    LATHE_VK(device.vk.vkCreatePipelineLayout(device.handle, &create, nullptr, &layout.pipeline),
             device.info.name);
    return layout;
}

/// What the device must offer for this kernel.
Result<> checkLimits(const Device::State &device, const KernelSpec &spec, const Reflection &reflection)
{
    const auto unsupported = [&](const std::string &what) {
        return fail(Errc::Unsupported, "kernel " + std::string(spec.module), "unsupported: " + what,
                    kOurFault);
    };
    if (reflection.bindings.size() > kMaxBindings)
        return unsupported(std::to_string(reflection.bindings.size()) + " bindings");
    if (reflection.pushBytes > kMaxPushBytes)
        return unsupported(std::to_string(reflection.pushBytes) + " bytes of push constants");
    const auto [x, y, z] = reflection.localSize;
    if (uint64_t(x) * y * z > device.features.maxInvocations || x == 0 || y == 0 || z == 0)
        return unsupported("a workgroup of " + std::to_string(x) + "×" + std::to_string(y) + "×" +
                           std::to_string(z) + " where the device has " +
                           std::to_string(device.features.maxInvocations) + " invocations");
    const uint32_t size = spec.requiredSubgroupSize;
    const Features &f = device.features;
    const bool offered =
        f.subgroupSizeControl && size >= f.minSubgroup && size <= f.maxSubgroup && (size & (size - 1)) == 0;
    if (size != 0 && !offered)
        return unsupported("a subgroup size of " + std::to_string(size));
    return {};
}

/// The pipeline; constants that the module does not have (any more) are ignored, as Vulkan does.
Result<VkPipeline> createPipeline(Device::State &device, const KernelSpec &spec, VkPipelineLayout layout,
                                  VkShaderModule module)
{
    std::vector<VkSpecializationMapEntry> entries(spec.constants.size());
    for (uint32_t i = 0; i < entries.size(); ++i)
        entries[i] = {i, i * uint32_t(sizeof(uint32_t)), sizeof(uint32_t)};
    const VkSpecializationInfo specialization{uint32_t(entries.size()), entries.data(),
                                              spec.constants.size() * sizeof(uint32_t),
                                              spec.constants.data()};
    VkPipelineShaderStageRequiredSubgroupSizeCreateInfo subgroup{
        VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO};
    subgroup.requiredSubgroupSize = spec.requiredSubgroupSize;
    VkComputePipelineCreateInfo create{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
    create.flags = VK_PIPELINE_CREATE_DISPATCH_BASE_BIT; // long dispatches are cut into ranges of workgroups
    create.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    create.stage.pNext = spec.requiredSubgroupSize ? &subgroup : nullptr;
    create.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    create.stage.module = module;
    create.stage.pName = "main";
    create.stage.pSpecializationInfo = &specialization;
    create.layout = layout;
    VkPipeline pipeline = VK_NULL_HANDLE;
    LATHE_VK(device.vk.vkCreateComputePipelines(device.handle, device.pipelineCache, 1, &create, nullptr,
                                                &pipeline),
             "kernel " + std::string(spec.module));
    if (!pipeline) // some drivers report success for a shader that did not link
        return fail(Errc::Device, "kernel " + std::string(spec.module), "the driver made no pipeline",
                    "update the graphics driver or take another device");
    return pipeline;
}

void nameObject(const Device::State &device, VkPipeline pipeline, const std::string &name)
{
    const auto setName = device.instance->state().setObjectName;
    if (!setName)
        return;
    VkDebugUtilsObjectNameInfoEXT info{VK_STRUCTURE_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT};
    info.objectType = VK_OBJECT_TYPE_PIPELINE;
    info.objectHandle = reinterpret_cast<uint64_t>(pipeline);
    info.pObjectName = name.c_str();
    setName(device.handle, &info);
}

Result<std::unique_ptr<Kernel>> compile(Device::State &device, const KernelSpec &spec)
{
    const std::string name(spec.module);
    const ShaderModule *module = findModule(device, spec.module);
    if (!module)
        return fail(Errc::NotFound, "kernel " + name, "is not built into this program", kOurFault);
    auto reflected = reflect(module->words, spec.constants);
    if (!reflected)
        return fail(Errc::Unsupported, "kernel " + name, reflected.error().what, kOurFault);
    LATHE_TRY(checkLimits(device, spec, *reflected));

    auto state = std::make_unique<Kernel::State>();
    state->device = &device;
    state->name = name;
    state->reflection = std::move(*reflected);
    LATHE_ASSIGN(state->layout, layoutFor(device, uint32_t(state->reflection.bindings.size())));

    VkShaderModuleCreateInfo create{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
    create.codeSize = module->words.size_bytes();
    create.pCode = module->words.data();
    VkShaderModule handle = VK_NULL_HANDLE;
    LATHE_VK(device.vk.vkCreateShaderModule(device.handle, &create, nullptr, &handle), "kernel " + name);
    auto pipeline = createPipeline(device, spec, state->layout.pipeline, handle);
    device.vk.vkDestroyShaderModule(device.handle, handle, nullptr);
    LATHE_ASSIGN(state->pipeline, std::move(pipeline));
    nameObject(device, state->pipeline, keyOf(spec));
    return std::make_unique<Kernel>(std::move(state));
}

} // namespace

Result<const Kernel *> findOrCompile(Device::State &device, const KernelSpec &spec)
{
    const std::lock_guard lock(device.kernelMutex);
    const std::string key = keyOf(spec);
    if (const auto found = device.kernels.find(key); found != device.kernels.end())
        return found->second.get();
    LATHE_ASSIGN(std::unique_ptr<Kernel> kernel, compile(device, spec));
    device.pipelineCacheDirty = true;
    ++device.kernelsCompiled;
    return device.kernels.emplace(key, std::move(kernel)).first->second.get();
}

bool isBroken(const Device::Options &options, std::string_view module)
{
    const std::string &broken = options.breakKernel;
    return !broken.empty() && module.starts_with(broken) &&
           (module.size() == broken.size() || module[broken.size()] == '.');
}

} // namespace lathe::gpu
