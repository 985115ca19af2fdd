// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/rpc/framing.h"
#include "app/engine/rpc/method.h"

#include <map>

namespace lathe::rpc {

constexpr int kProtocolVersion = 1;
constexpr size_t kMaxRequests = 32;

/// Reads requests on the caller's thread, runs each on a thread of its own, writes on a third kind.
class Server
{
public:
    Server(EngineState &state, int input, int output);
    ~Server();

    /// Serves until the input ends or `engine.shutdown`: 0; 1 after a frame that cannot be followed.
    int run();

private:
    int readLoop();
    void handle(Frame frame);
    void handleNotification(const std::string &method, const Json &params);
    void handleRequest(Json id, const std::string &method, Json params, std::vector<std::byte> binary);
    RpcResult<Reply> hello(const Json &params);
    void start(const Method &method, std::shared_ptr<Call> call);
    void runJob(const Method &method, const std::shared_ptr<Call> &call);
    void respond(const Json &id, RpcResult<Reply> reply, std::function<void()> leaving = {});
    void refuseNow(const Json &id, const RpcError &error);
    std::shared_ptr<Call> findCall(const Json &params);
    void cancelAll();
    bool waitForJobs();

    EngineState &m_state;
    int m_input;
    os::Bell m_stop;
    std::vector<Method> m_methods;
    bool m_greeted = false;

    std::mutex m_mutex; // guards what follows
    std::condition_variable m_jobEnded;
    std::map<std::string, std::shared_ptr<Call>>
        m_calls;       // by the id's JSON text; until the response is queued
    size_t m_open = 0; // requests whose response has not left
    size_t m_jobs = 0; // threads

    Channel m_channel;
};

} // namespace lathe::rpc
