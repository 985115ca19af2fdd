// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gpu/recording_state.h"

#include <algorithm>

namespace lathe::gpu {
namespace {

tl::unexpected<Error> refuse(const Dispatch &dispatch, const std::string &what)
{
    std::string subject = "kernel " + std::string(dispatch.kernel->name());
    if (!dispatch.label.empty())
        subject += " (" + std::string(dispatch.label) + ")";
    return fail(Errc::BadInput, std::move(subject), what);
}

Result<> checkSizes(const Device::State &device, const Dispatch &dispatch)
{
    const Kernel &kernel = *dispatch.kernel;
    if (kernel.state().device != &device)
        return refuse(dispatch, "was compiled for another device");
    if (dispatch.bindings.size() != kernel.bindings().size())
        return refuse(dispatch, "has " + std::to_string(kernel.bindings().size()) + " bindings, got " +
                                    std::to_string(dispatch.bindings.size()));
    if (dispatch.push.size() != kernel.pushBytes())
        return refuse(dispatch, "has " + std::to_string(kernel.pushBytes()) +
                                    " bytes of push constants, got " + std::to_string(dispatch.push.size()));
    if (dispatch.loopIterations > kMaxLoopIterations)
        return refuse(dispatch, std::to_string(dispatch.loopIterations) +
                                    " loop iterations per invocation, more than " +
                                    std::to_string(kMaxLoopIterations) + ": split the row");
    for (size_t i = 0; i < 3 && !dispatch.indirect.buffer; ++i)
        if (dispatch.groups[i] > device.features.maxGroups[i])
            return refuse(dispatch, std::to_string(dispatch.groups[i]) + " workgroups in dimension " +
                                        std::to_string(i) + ", more than " +
                                        std::to_string(device.features.maxGroups[i]));
    return {};
}

Result<ResolvedView> resolveBinding(const Device::State &device, const Dispatch &dispatch, size_t index)
{
    const std::string where = "binding " + std::to_string(index) + ": ";
    const auto view = resolve(device, dispatch.bindings[index]);
    if (!view)
        return refuse(dispatch, where + view.error().message());
    if (dispatch.bindings[index].offset % device.features.offsetAlignment != 0)
        return refuse(dispatch, where + "offset " + std::to_string(dispatch.bindings[index].offset) +
                                    " is no multiple of " + std::to_string(device.features.offsetAlignment));
    if (view->bytes > device.features.maxBindingBytes)
        return refuse(dispatch, where + std::to_string(view->bytes) + " bytes, more than " +
                                    std::to_string(device.features.maxBindingBytes) + ": bind slices");
    return *view;
}

RangeUse useOf(const ResolvedView &view, bool reads, bool writes)
{
    return {reinterpret_cast<uint64_t>(view.block), view.offset, view.offset + view.bytes, reads, writes};
}

Result<> resolveBindings(const Device::State &device, const Dispatch &dispatch, Command &command)
{
    const auto accesses = dispatch.kernel->bindings();
    for (size_t i = 0; i < accesses.size(); ++i) {
        if (accesses[i] == Access::None) {
            command.views.emplace_back();
            continue;
        }
        LATHE_ASSIGN(const ResolvedView view, resolveBinding(device, dispatch, i));
        command.views.push_back(view);
        command.uses.push_back(useOf(view, accesses[i] != Access::Write, accesses[i] != Access::Read));
    }
    if (!dispatch.indirect.buffer)
        return {};
    LATHE_ASSIGN(command.indirect, resolve(device, dispatch.indirect));
    if (command.indirect.bytes < sizeof(VkDispatchIndirectCommand) || command.indirect.offset % 4 != 0)
        return refuse(dispatch, "the indirect view is not three aligned words");
    command.uses.push_back(useOf(command.indirect, true, false));
    return {};
}

/// Work that states no FLOPs is bound by memory; a byte counts as one.
uint64_t flopsOf(const Dispatch &dispatch, const Command &command)
{
    uint64_t bytes = 0;
    for (const ResolvedView &view : command.views)
        bytes += view.bytes;
    return dispatch.flops > 0 ? dispatch.flops : bytes;
}

} // namespace

Recorder::Recorder(Device &device) : m_state(std::make_unique<State>())
{
    m_state->device = device.state();
}

Recorder::~Recorder() = default;
Recorder::Recorder(Recorder &&) noexcept = default;
Recorder &Recorder::operator=(Recorder &&) noexcept = default;

Result<> Recorder::dispatch(const Dispatch &dispatch)
{
    if (!dispatch.kernel)
        return fail(Errc::BadInput, std::string(dispatch.label), "a dispatch without a kernel");
    const Device::State &device = *m_state->device;
    LATHE_TRY(checkSizes(device, dispatch));
    const bool nothing = std::ranges::any_of(dispatch.groups, [](uint32_t n) { return n == 0; });
    if (nothing && !dispatch.indirect.buffer)
        return {};
    Command command;
    LATHE_TRY(resolveBindings(device, dispatch, command));
    if (isBroken(device.options, dispatch.kernel->name()))
        return {};
    command.kernel = &dispatch.kernel->state();
    command.push.assign(dispatch.push.begin(), dispatch.push.end());
    std::ranges::copy(dispatch.groups, command.groups.begin());
    command.flops = flopsOf(dispatch, command);
    command.label = dispatch.label.empty() ? dispatch.kernel->name() : dispatch.label;
    m_state->commands.push_back(std::move(command));
    for (const BufferView &view : dispatch.bindings)
        m_state->buffers.push_back(view.buffer);
    m_state->buffers.push_back(dispatch.indirect.buffer);
    ++m_state->dispatches;
    return {};
}

Result<> Recorder::copy(const BufferView &from, const BufferView &to)
{
    Command command;
    command.kind = Command::Kind::Copy;
    LATHE_ASSIGN(const ResolvedView source, resolve(*m_state->device, from));
    LATHE_ASSIGN(const ResolvedView target, resolve(*m_state->device, to));
    if (source.bytes != target.bytes)
        return fail(Errc::BadInput, std::string(to.buffer.label()),
                    "a copy between ranges of different size");
    const bool apart =
        source.offset + source.bytes <= target.offset || target.offset + target.bytes <= source.offset;
    if (source.block == target.block && !apart)
        return fail(Errc::BadInput, std::string(to.buffer.label()), "a copy between ranges that overlap");
    command.views = {source, target};
    command.uses = {useOf(source, true, false), useOf(target, false, true)};
    command.flops = source.bytes;
    command.label = "copy to " + std::string(to.buffer.label());
    m_state->commands.push_back(std::move(command));
    m_state->buffers.insert(m_state->buffers.end(), {from.buffer, to.buffer});
    return {};
}

Result<> Recorder::fill(const BufferView &view, uint32_t word)
{
    Command command;
    command.kind = Command::Kind::Fill;
    LATHE_ASSIGN(const ResolvedView target, resolve(*m_state->device, view));
    if (target.offset % 4 != 0 || target.bytes % 4 != 0)
        return fail(Errc::BadInput, std::string(view.buffer.label()),
                    "a fill of something else than whole words");
    command.views = {target};
    command.uses = {useOf(target, false, true)};
    command.word = word;
    command.flops = target.bytes;
    command.label = "fill of " + std::string(view.buffer.label());
    m_state->commands.push_back(std::move(command));
    m_state->buffers.push_back(view.buffer);
    return {};
}

uint32_t Recorder::dispatchCount() const
{
    return m_state->dispatches;
}

Result<Recording> Recorder::finish()
{
    State collected = std::move(*m_state);
    *m_state = State{collected.device, {}, {}, 0};
    LATHE_ASSIGN(auto recording, record(std::move(collected)));
    return Recording(std::move(recording));
}

} // namespace lathe::gpu
