// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gpu/device.h"

#include <QTest>
#include <mutex>
#include <vector>

namespace lathe::gpu {

std::span<const ShaderModule> testShaderModules();

/// The first device of the machine under validation; every message is kept. A machine without a Vulkan device
/// or without the layer fails the test.
class ValidatedDevice
{
public:
    ValidatedDevice()
    {
        Instance::Options options;
        options.validation = true;
        options.synchronizationValidation = true;
        options.onMessage = [this](const std::string &text) {
            const std::lock_guard lock(m_mutex);
            m_messages.push_back(text);
        };
        auto created = Instance::create(std::move(options));
        if (created)
            m_instance = *created;
        else
            qWarning("%s", created.error().message().c_str());
    }

    const std::shared_ptr<Instance> &instance() const { return m_instance; }

    std::shared_ptr<Device> open(Device::Options options = {}, Log *log = nullptr) const
    {
        if (!m_instance)
            return nullptr;
        options.extraModules = testShaderModules();
        auto device = Device::open(m_instance, 0, std::move(options), log);
        if (!device)
            qWarning("%s", device.error().message().c_str());
        return device.value_or(nullptr);
    }

    std::vector<std::string> takeMessages()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_messages, {});
    }

private:
    std::mutex m_mutex;
    std::vector<std::string> m_messages;
    std::shared_ptr<Instance> m_instance;
};

template <class T> std::span<const std::byte> bytesOf(const T &value)
{
    return std::as_bytes(std::span(&value, 1));
}

template <class T> std::vector<T> read(Device &device, const BufferView &view)
{
    std::vector<T> values(view.bytes / sizeof(T));
    const auto done = device.download(view, std::as_writable_bytes(std::span(values)));
    if (!done)
        qWarning("%s", done.error().message().c_str());
    return done ? values : std::vector<T>();
}

template <class T> Buffer bufferOf(Device &device, Pool pool, const std::vector<T> &values)
{
    auto buffer = device.allocate(pool, values.size() * sizeof(T), "test");
    if (!buffer || !device.upload(buffer->view(), std::as_bytes(std::span(values))))
        return {};
    return *buffer;
}

} // namespace lathe::gpu

/// Fails the test with the text of an Error.
#define VERIFY_RESULT(expr)                                                                                  \
    do {                                                                                                     \
        const auto lathe_verify_ = (expr);                                                                   \
        QVERIFY2(lathe_verify_.has_value(), lathe_verify_ ? "" : lathe_verify_.error().message().c_str());   \
    } while (false)

/// The validation layer said nothing.
#define VERIFY_SILENT(validated)                                                                             \
    do {                                                                                                     \
        const auto lathe_messages_ = (validated).takeMessages();                                             \
        QVERIFY2(lathe_messages_.empty(), lathe_messages_.empty() ? "" : lathe_messages_.front().c_str());   \
    } while (false)
