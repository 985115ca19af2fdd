// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/rpc/rpc_error.h"
#include "app/engine/services/devices.h"
#include "app/engine/services/model_service.h"
#include "core/base/log.h"
#include "core/generate/session.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>

namespace lathe::rpc {

class Call;

/// A session and what it was made of. A handle that is closed dies with its last user.
struct SessionHandle {
    std::string id;
    std::string model;
    std::string kv;
    std::string sha256;
    std::unique_ptr<Session> session;
    std::vector<AdapterRequest> adapters =
        {}; ///< of the answers; whoever has begun work on the session has them
};

struct ModelHandle {
    std::string id;
    LoadedModel loaded;
};

/// What outlives a request: devices, models, sessions. Thread-safe.
class EngineState
{
public:
    explicit EngineState(const DeviceOptions &options);

    const DeviceOptions &options() const { return m_options; }
    Log &log() { return m_log; }
    Devices &devices() { return m_devices; }

    std::shared_ptr<ModelHandle> addModel(LoadedModel loaded);
    std::shared_ptr<SessionHandle> addSession(const std::string &model, std::string kv, std::string sha256,
                                              std::unique_ptr<Session> session);
    /// Errors: NotFound.
    Result<std::shared_ptr<ModelHandle>> model(const std::string &id);
    Result<std::shared_ptr<SessionHandle>> session(const std::string &id);

    /// Marks a session as busy with a call, which a close or unload cancels; the mark ends with the object.
    class Work
    {
    public:
        Work(EngineState &state, std::string session) : m_state(&state), m_session(std::move(session)) {}
        Work(Work &&other) noexcept
            : m_state(std::exchange(other.m_state, nullptr)), m_session(std::move(other.m_session))
        {
        }
        Work &operator=(Work &&) = delete;
        ~Work();

    private:
        EngineState *m_state;
        std::string m_session;
    };
    /// Error: Busy.
    RpcResult<Work> begin(const SessionHandle &session, Call &call);

    /// Takes the handle away, cancels its work, and returns when its last user is gone and the memory free.
    /// The caller must not hold the handle.
    Result<> closeSession(const std::string &id);
    /// The same for a model and all its sessions.
    Result<> unloadModel(const std::string &id);

private:
    template <class Handle> std::shared_ptr<Handle> watched(Handle handle);
    template <class Node> void letGo(std::unique_lock<std::mutex> &lock, Node taken, const std::string &id);
    void end(const std::string &session);
    void closeLocked(std::unique_lock<std::mutex> &lock, const std::string &id);

    DeviceOptions m_options;
    Log m_log;
    Devices m_devices;
    std::mutex m_mutex;
    std::condition_variable m_gone;
    std::set<std::string> m_alive; // handles that somebody holds, closed or not
    std::map<std::string, std::shared_ptr<ModelHandle>> m_models;
    std::map<std::string, std::shared_ptr<SessionHandle>> m_sessions;
    std::map<std::string, Call *> m_work; // by session
    uint64_t m_lastModel = 0, m_lastSession = 0;
};

} // namespace lathe::rpc
