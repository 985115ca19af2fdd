// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/task.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace lathe::cli {

using Json = nlohmann::ordered_json;

/// The rules of the command line for what is printed where: results on stdout, all else on stderr.
class Console
{
public:
    struct Options {
        bool json = false;         ///< one JSON document on stdout, nothing else there
        bool quiet = false;        ///< no notes, no progress
        bool progressJson = false; ///< progress as JSON lines
    };

    explicit Console(const Options &options);
    ~Console();

    bool json() const { return m_options.json; }
    /// The result of a command with --json; text that is not UTF-8 gets replacement characters.
    void printJson(const Json &document);
    /// The result of a command without --json, piece by piece; flushed at once.
    void print(std::string_view text);
    /// A line for people on stderr; not with --quiet.
    void note(std::string_view line);
    /// The same for what must not be silent.
    void tell(std::string_view line);
    /// The one error line: "lathe: subject: what; remedy".
    void error(const Error &error);

    /// Whether all that was printed was written. Error: Io (a full disk, a closed output).
    Result<> printed() const;

    /// Cancelled by Ctrl+C, progress shown here: what commands pass to core calls. On a terminal a bar; else a
    /// line for each stage that takes over 3 s.
    TaskContext task();
    /// Takes the progress bar off the terminal.
    void clearProgress();

private:
    void show(const Progress &progress);
    void showBar(const Progress &progress, double fraction, double eta);

    using Clock = std::chrono::steady_clock;

    Options m_options;
    bool m_terminal = false;
    bool m_barShown = false;
    std::string m_outputFault;
    std::string m_stage;
    bool m_stageTold = false;
    Clock::time_point m_stageStart;
    Clock::time_point m_lastShown;
};

/// From now on Ctrl+C ends the program at once (130), until work that can be cancelled asks for its token.
void catchInterrupts();
/// The token that Ctrl+C sets; a second Ctrl+C ends the program at once (130).
CancelToken interruptToken();
/// From now on Ctrl+C sets this token instead (an interactive chat's answer).
void setInterruptToken(const CancelToken &token);

} // namespace lathe::cli
