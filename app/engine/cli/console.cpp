// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/console.h"

#include "app/engine/os_engine.h"
#include "core/base/bytes.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace lathe::cli {

namespace {

constexpr double kLongStage = 3; // seconds
constexpr auto kBetweenUpdates = std::chrono::milliseconds(100);
constexpr int kBarCells = 30;
constexpr double kEtaFromShare = 0.03; // before, a time left would be a guess

// What the signal handler may touch. Tokens are kept for good: a handler may run on one that was just
// replaced.
std::atomic<CancelToken *> activeToken{nullptr};

void interrupted()
{
    CancelToken *token = activeToken.load();
    if (!token || token->cancelled())
        os::exitNow(130);
    token->cancel();
}

std::string duration(double seconds)
{
    char text[32];
    if (seconds < 100)
        std::snprintf(text, sizeof text, "%.0f s", seconds);
    else
        std::snprintf(text, sizeof text, "%d min %02d s", int(seconds) / 60, int(seconds) % 60);
    return text;
}

} // namespace

void catchInterrupts()
{
    os::onInterrupt(interrupted);
}

CancelToken interruptToken()
{
    if (!activeToken.load())
        setInterruptToken(CancelToken());
    return *activeToken.load();
}

void setInterruptToken(const CancelToken &token)
{
    activeToken.store(new CancelToken(token));
}

Console::Console(const Options &options) : m_options(options), m_terminal(os::errorIsTerminal()) {}

Console::~Console()
{
    clearProgress();
}

void Console::printJson(const Json &document)
{
    print(document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void Console::print(std::string_view text)
{
    clearProgress();
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!written && m_outputFault.empty())
        m_outputFault = std::strerror(errno);
}

Result<> Console::printed() const
{
    if (m_outputFault.empty())
        return {};
    return fail(Errc::Io, "stdout", "cannot be written: " + m_outputFault, "send the output somewhere else");
}

void Console::note(std::string_view line)
{
    if (!m_options.quiet)
        tell(line);
}

void Console::tell(std::string_view line)
{
    clearProgress();
    std::fprintf(stderr, "%.*s\n", int(line.size()), line.data());
}

void Console::error(const Error &error)
{
    clearProgress();
    std::string line = toValidUtf8(error.message());
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    std::fprintf(stderr, "lathe: %s\n", line.c_str());
}

TaskContext Console::task()
{
    TaskContext task{interruptToken(), {}};
    if (m_options.progressJson || !m_options.quiet)
        task.progress = [this](const Progress &progress) { show(progress); };
    return task;
}

void Console::clearProgress()
{
    if (m_barShown)
        std::fputs("\r\033[K", stderr);
    m_barShown = false;
}

void Console::show(const Progress &progress)
{
    const auto now = Clock::now();
    if (progress.stage != m_stage) {
        m_stage = progress.stage;
        m_stageStart = now;
        m_stageTold = false;
    } else if (now - m_lastShown < kBetweenUpdates && progress.done != progress.total) {
        return;
    }
    m_lastShown = now;
    const double fraction =
        progress.total > 0 ? std::min(1.0, double(progress.done) / double(progress.total)) : 0;
    const double seconds = std::chrono::duration<double>(now - m_stageStart).count();
    if (!m_options.progressJson && !m_terminal) {
        if (seconds > kLongStage && !std::exchange(m_stageTold, true))
            tell(progress.stage + " …");
        return;
    }
    const double eta = fraction > kEtaFromShare ? seconds / fraction * (1 - fraction) : -1;
    if (!m_options.progressJson)
        return showBar(progress, fraction, eta);
    const Json line{{"progress", fraction},
                    {"stage", progress.stage},
                    {"done", progress.done},
                    {"total", progress.total},
                    {"eta_s", eta >= 0 ? Json(eta) : Json()}};
    std::fprintf(stderr, "%s\n", line.dump().c_str());
}

void Console::showBar(const Progress &progress, double fraction, double eta)
{
    std::string bar;
    for (int cell = 0; cell < kBarCells; ++cell)
        bar += cell < int(fraction * kBarCells) ? "█" : "░";
    std::fprintf(stderr, "\r\033[K%s %s %3.0f %% %s", progress.stage.c_str(), bar.c_str(), fraction * 100,
                 eta >= 0 ? (duration(eta) + " left").c_str() : "");
    std::fflush(stderr);
    m_barShown = true;
}

} // namespace lathe::cli
