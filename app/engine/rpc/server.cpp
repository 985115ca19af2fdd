// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/rpc/server.h"

#include "app/engine/version.h"
#include "core/base/json.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace lathe::rpc {

namespace {

constexpr auto kForJobs = std::chrono::milliseconds(1500); // together the 2 s of the protocol
constexpr auto kForWriting = std::chrono::milliseconds(500);
constexpr size_t kWaitingRefusals = 256;
constexpr size_t kMaxIdBytes = 256; // each of a request's notifications carries it

RpcResult<Reply> guarded(const Method &method, EngineState &state, Call &call)
{
    try {
        return method.run(state, call);
    } catch (const std::bad_alloc &) {
        return tl::unexpected<RpcError>(Error{Errc::OutOfMemory, std::string(method.name),
                                              "the engine's process has no memory left", "close a model"});
    } catch (const std::exception &error) {
        return refuse(RpcFault::Internal, std::string(method.name), error.what(), "report this");
    }
}

} // namespace

Server::Server(EngineState &state, int input, int output)
    : m_state(state), m_input(input), m_methods(allMethods()), m_channel(output, [this] { m_stop.ring(); })
{
}

Server::~Server() = default;

int Server::run()
{
    const int status = readLoop();
    cancelAll();
    if (!waitForJobs())
        os::exitNow(status); // a driver that does not come back must not keep the process
    m_channel.flush(kForWriting);
    return status;
}

int Server::readLoop()
{
    FrameReader reader;
    std::vector<std::byte> buffer(64 * 1024);
    for (;;) {
        auto frame = reader.next();
        if (!frame) {
            refuseNow(nullptr, RpcError(RpcFault::Parse, frame.error().subject, frame.error().what,
                                        frame.error().remedy));
            return 1;
        }
        if (*frame) {
            handle(std::move(**frame));
            continue;
        }
        const size_t got = os::readSome(m_input, buffer, m_stop);
        if (got == 0)
            return 0;
        reader.feed(std::span(buffer).first(got));
    }
}

void Server::handle(Frame frame)
{
    if (jsonDepth(frame.body) > kMaxJsonDepth)
        return refuseNow(
            nullptr, RpcError(RpcFault::Parse, "message", "is nested deeper than 64", "send flatter JSON"));
    Json message = Json::parse(frame.body, nullptr, false);
    if (message.is_discarded())
        return refuseNow(
            nullptr, RpcError(RpcFault::Parse, "message", "is not JSON in UTF-8", "send one JSON object"));
    const Json *id = nullptr, *method = nullptr;
    if (message.is_object() && message.value("jsonrpc", Json()) == "2.0") {
        const auto findIn = [&](const char *name) {
            const auto found = message.find(name);
            return found == message.end() ? nullptr : &*found;
        };
        id = findIn("id");
        method = findIn("method");
    }
    const bool idHolds = !id || id->is_number_integer() ||
                         (id->is_string() && id->get_ref<const std::string &>().size() <= kMaxIdBytes);
    const Json params = message.is_object() ? message.value("params", Json::object()) : Json();
    if (!method || !method->is_string() || !idHolds || !params.is_object())
        return refuseNow(id && idHolds ? *id : Json(),
                         RpcError(RpcFault::Request, "message", "is no JSON-RPC 2.0 request",
                                  "send jsonrpc, a number or short text as id, method and a params object"));
    if (!id)
        return handleNotification(method->get<std::string>(), params);
    handleRequest(*id, method->get<std::string>(), params, std::move(frame.binary));
}

std::shared_ptr<Call> Server::findCall(const Json &params)
{
    const auto id = params.find("id");
    const std::lock_guard lock(m_mutex);
    const auto found = id == params.end() ? m_calls.end() : m_calls.find(id->dump(-1, ' ', true));
    return found == m_calls.end() ? nullptr : found->second;
}

void Server::handleNotification(const std::string &method, const Json &params)
{
    const std::shared_ptr<Call> call = findCall(params);
    if (!call)
        return;
    if (method == "$/cancel")
        call->cancel();
    const auto sequence = params.find("seq");
    if (method == "$/ack" && sequence != params.end() && sequence->is_number_unsigned())
        call->acknowledge(sequence->get<uint64_t>());
}

void Server::handleRequest(Json id, const std::string &method, Json params, std::vector<std::byte> binary)
{
    if (method == "hello") {
        m_channel.waitBelow(kWaitingRefusals);
        return respond(id, hello(params));
    }
    if (!m_greeted)
        return refuseNow(id, RpcError(RpcFault::Version, method, "comes before hello", "send hello first"));
    const auto found =
        std::find_if(m_methods.begin(), m_methods.end(), [&](const Method &m) { return m.name == method; });
    if (found == m_methods.end())
        return refuseNow(id, RpcError(RpcFault::Method, method, "is not a method of this engine",
                                      "see the methods in the answer to hello"));
    auto call = std::make_shared<Call>(id, std::move(params), std::move(binary), m_channel);
    {
        std::unique_lock lock(m_mutex);
        const char *what = m_open >= kMaxRequests ? "is one request too many: 32 are running" : nullptr;
        if (!what && m_calls.contains(id.dump(-1, ' ', true)))
            what = "has the id of a running request";
        if (what) {
            const RpcFault fault = m_open >= kMaxRequests ? RpcFault::TooMany : RpcFault::Request;
            lock.unlock();
            return refuseNow(id, RpcError(fault, method, what, "wait for an answer first"));
        }
        m_calls[id.dump(-1, ' ', true)] = call;
        ++m_open;
        ++m_jobs;
    }
    start(*found, std::move(call));
}

RpcResult<Reply> Server::hello(const Json &params)
{
    LATHE_ASSIGN(const int64_t version, Params(params).integer("protocol", 0, 0, 1 << 30));
    if (version < kProtocolVersion)
        return refuse(RpcFault::Version, "protocol",
                      "version " + std::to_string(version) + " is not spoken here",
                      "use version " + std::to_string(kProtocolVersion));
    m_greeted = true;
    Json names = Json::array({"hello"});
    for (const Method &method : m_methods)
        names.push_back(method.name);
    Reply reply;
    reply.result = {{"protocol", kProtocolVersion},
                    {"engine", {{"name", "lathe"}, {"version", kVersion}}},
                    {"pid", os::processId()},
                    {"methods", std::move(names)},
                    {"limits",
                     {{"bodyBytes", kMaxBodyBytes},
                      {"binaryBytes", kMaxBinaryBytes},
                      {"unacknowledged", kWindow},
                      {"requests", kMaxRequests}}}};
    return reply;
}

void Server::start(const Method &method, std::shared_ptr<Call> call)
{
    try {
        std::thread([this, &method, call] { runJob(method, call); }).detach();
    } catch (const std::system_error &error) {
        respond(call->id(),
                refuse(RpcFault::TooMany, std::string(method.name),
                       std::string("cannot be started: ") + error.what(), "wait for an answer first"));
        const std::lock_guard lock(m_mutex);
        m_calls.erase(call->id().dump(-1, ' ', true));
        --m_open;
        --m_jobs;
    }
}

void Server::runJob(const Method &method, const std::shared_ptr<Call> &call)
{
    RpcResult<Reply> reply = guarded(method, m_state, *call);
    const bool ends = reply && reply->endsEngine;
    {
        // Before the response leaves: its id may come again at once.
        const std::lock_guard lock(m_mutex);
        m_calls.erase(call->id().dump(-1, ' ', true));
    }
    respond(call->id(), std::move(reply), [this] {
        const std::lock_guard lock(m_mutex);
        --m_open;
    });
    if (ends)
        m_stop.ring();
    const std::lock_guard lock(m_mutex);
    --m_jobs;
    m_jobEnded.notify_all();
}

void Server::respond(const Json &id, RpcResult<Reply> reply, std::function<void()> leaving)
{
    Json message{{"jsonrpc", "2.0"}, {"id", id}};
    if (reply)
        message["result"] = std::move(reply->result);
    else
        message["error"] = reply.error().toJson();
    const std::vector<std::byte> binary = reply ? std::move(reply->binary) : std::vector<std::byte>();
    const std::string body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (body.size() > kMaxBodyBytes)
        return respond(
            id,
            tl::unexpected(RpcError(Error{Errc::BadInput, "answer",
                                          "would have " + std::to_string(body.size()) +
                                              " bytes, over the limit of " + std::to_string(kMaxBodyBytes),
                                          "ask for less at a time"})),
            std::move(leaving));
    m_channel.send(encodeFrame(body, binary), std::move(leaving));
}

void Server::refuseNow(const Json &id, const RpcError &error)
{
    m_channel.waitBelow(kWaitingRefusals); // a peer that only writes nonsense waits for itself
    respond(id, tl::unexpected(error));
}

void Server::cancelAll()
{
    const std::lock_guard lock(m_mutex);
    for (const auto &[id, call] : m_calls)
        call->cancel();
}

bool Server::waitForJobs()
{
    std::unique_lock lock(m_mutex);
    return m_jobEnded.wait_for(lock, kForJobs, [&] { return m_jobs == 0; });
}

} // namespace lathe::rpc
