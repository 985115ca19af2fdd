// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/engine_state.h"

#include "app/engine/rpc/call.h"

#include <cstdio>

namespace lathe::rpc {

namespace {

void toStandardError(LogLevel, std::string_view text, void *)
{
    std::fprintf(stderr, "%.*s\n", int(text.size()), text.data());
}

tl::unexpected<Error> noHandle(const std::string &id, const char *kind)
{
    return fail(Errc::NotFound, id, std::string("is no open ") + kind,
                std::string("open a ") + kind + " first");
}

} // namespace

EngineState::EngineState(const DeviceOptions &options)
    : m_options(options), m_log(toStandardError), m_devices(options, &m_log)
{
}

/// A handle that says when it is gone, memory and all. Never let go of one with the mutex held.
template <class Handle> std::shared_ptr<Handle> EngineState::watched(Handle handle)
{
    m_alive.insert(handle.id);
    return std::shared_ptr<Handle>(new Handle(std::move(handle)), [this](Handle *gone) {
        const std::string id = gone->id;
        delete gone;
        const std::lock_guard lock(m_mutex);
        m_alive.erase(id);
        m_gone.notify_all();
    });
}

/// Takes a handle that nobody finds any more; returns when nobody holds it either.
template <class Node>
void EngineState::letGo(std::unique_lock<std::mutex> &lock, Node taken, const std::string &id)
{
    lock.unlock();
    taken = {};
    lock.lock();
    m_gone.wait(lock, [&] { return !m_alive.contains(id); });
}

std::shared_ptr<ModelHandle> EngineState::addModel(LoadedModel loaded)
{
    const std::lock_guard lock(m_mutex);
    const std::string id = "m" + std::to_string(++m_lastModel);
    return m_models[id] = watched(ModelHandle{id, std::move(loaded)});
}

std::shared_ptr<SessionHandle> EngineState::addSession(const std::string &model, std::string kv,
                                                       std::string sha256, std::unique_ptr<Session> session)
{
    const std::lock_guard lock(m_mutex);
    if (!m_models.contains(model)) // unloaded meanwhile
        return nullptr;
    const std::string id = "s" + std::to_string(++m_lastSession);
    return m_sessions[id] =
               watched(SessionHandle{id, model, std::move(kv), std::move(sha256), std::move(session)});
}

Result<std::shared_ptr<ModelHandle>> EngineState::model(const std::string &id)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_models.find(id);
    if (found == m_models.end())
        return noHandle(id, "model");
    return found->second;
}

Result<std::shared_ptr<SessionHandle>> EngineState::session(const std::string &id)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_sessions.find(id);
    if (found == m_sessions.end())
        return noHandle(id, "session");
    return found->second;
}

RpcResult<EngineState::Work> EngineState::begin(const SessionHandle &session, Call &call)
{
    const std::lock_guard lock(m_mutex);
    if (!m_sessions.contains(session.id))
        return tl::unexpected<RpcError>(noHandle(session.id, "session").value());
    if (!m_work.emplace(session.id, &call).second)
        return refuse(RpcFault::Busy, session.id, "is answering another request", "wait for it or cancel it");
    return Work(*this, session.id);
}

EngineState::Work::~Work()
{
    if (m_state)
        m_state->end(m_session);
}

void EngineState::end(const std::string &session)
{
    const std::lock_guard lock(m_mutex);
    m_work.erase(session);
}

void EngineState::closeLocked(std::unique_lock<std::mutex> &lock, const std::string &id)
{
    if (const auto work = m_work.find(id); work != m_work.end())
        work->second->cancel();
    letGo(lock, m_sessions.extract(id), id);
}

Result<> EngineState::closeSession(const std::string &id)
{
    std::unique_lock lock(m_mutex);
    if (!m_sessions.contains(id))
        return noHandle(id, "session");
    closeLocked(lock, id);
    return {};
}

Result<> EngineState::unloadModel(const std::string &id)
{
    std::unique_lock lock(m_mutex);
    auto taken = m_models.extract(id); // no new session
    if (taken.empty())
        return noHandle(id, "model");
    std::vector<std::string> sessions;
    for (const auto &[name, session] : m_sessions) {
        if (session->model == id)
            sessions.push_back(name);
    }
    for (const std::string &name : sessions) {
        if (m_sessions.contains(name)) // not closed by another call meanwhile
            closeLocked(lock, name);
    }
    letGo(lock, std::move(taken), id);
    return {};
}

} // namespace lathe::rpc
