// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/cli/program.h"

#include "app/engine/cli/command.h"
#include "app/engine/os_engine.h"
#include "app/engine/version.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

namespace lathe::cli {

namespace {

constexpr int kDone = 0, kFailed = 1, kWrongUsage = 2, kInterrupted = 130;

std::string checkDevice(const std::string &name)
{
    if (name == "auto" || name == "cpu" || name == "reference")
        return {};
    const std::string_view prefix = "vulkan:";
    const bool numbered = name.starts_with(prefix) && name.size() > prefix.size() &&
                          name.size() <= prefix.size() + 4 &&
                          std::all_of(name.begin() + ptrdiff_t(prefix.size()), name.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
    return numbered ? std::string() : "“" + name + "” is no device; give auto, cpu, reference or vulkan:N";
}

std::string checkSeed(const std::string &text)
{
    uint64_t seed = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
    const bool holds = error == std::errc() && end == text.data() + text.size();
    return holds ? std::string()
                 : "“" + text + "” is no seed; give a whole number from 0 to 18446744073709551615";
}

void addCommonOptions(CLI::App &app, CommonOptions &common)
{
    app.add_flag("--json", common.console.json, "one JSON document on stdout");
    app.add_flag("--quiet", common.console.quiet, "no notes and no progress");
    app.add_option_function<std::string>(
           "--progress", [&](const std::string &kind) { common.console.progressJson = kind == "json"; },
           "json: progress as JSON lines on stderr")
        ->check(CLI::IsMember({"json", "bar"}));
    app.add_option("--device", common.device, "auto, vulkan:N, cpu or reference")->check(checkDevice);
    app.add_option("--threads", common.threads, "of the cpu device (0: one per processor)")
        ->check(CLI::Range(0, 4096));
    app.add_option("--seed", common.seed, "of everything that is drawn by chance")->check(checkSeed);
    static constexpr std::pair<const char *, MathTier> kTiers[] = {
        {"fp32", MathTier::Fp32}, {"fp16", MathTier::Fp16}, {"dot", MathTier::Dot}};
    app.add_option_function<std::string>(
           "--math",
           [&](const std::string &name) {
               common.math = std::find_if(std::begin(kTiers), std::end(kTiers), [&](const auto &tier) {
                                 return name == tier.first;
                             })->second;
           },
           "arithmetic of a Vulkan device's matrix kernels")
        ->check(CLI::IsMember({"fp32", "fp16", "dot"}))
        ->default_str("fp32");
    app.add_option("--debug-break-kernel", common.breakKernel, "debug: this shader module is left out")
        ->group("");
}

int usage(const Error &error)
{
    Console(Console::Options()).error(error);
    return kWrongUsage;
}

/// CLI11's message as the three parts of our line.
Error describe(const CLI::ParseError &error, const CLI::App &app)
{
    std::string command;
    for (const CLI::App *sub : app.get_subcommands())
        command += " " + sub->get_name();
    std::string what = error.what();
    std::replace(what.begin(), what.end(), '\n', ' ');
    std::string subject = command.empty() ? "command line" : command.substr(1);
    constexpr std::string_view kExtra = "not expected: ";
    if (const size_t extra = what.find(kExtra); extra != std::string::npos) {
        const std::string words = what.substr(extra + kExtra.size());
        const size_t option = words.find("--"); // CLI11 lists them from the last to the first
        const std::string named = words.substr(option == std::string::npos ? 0 : option);
        return {Errc::BadInput, named.substr(0, named.find(' ')), "is not expected in this version",
                "see lathe" + command + " --help"};
    }
    // "Could not convert: --max-tokens = -3"
    constexpr std::string_view kConvert = "Could not convert: ";
    if (const size_t equals = what.find(" = "); what.starts_with(kConvert) && equals != std::string::npos)
        return {Errc::BadInput, what.substr(kConvert.size(), equals - kConvert.size()),
                "“" + what.substr(equals + 3) + "” is not a value of it", "see lathe" + command + " --help"};
    const size_t colon = what.find(": ");
    if (colon != std::string::npos && what.starts_with("-")) {
        subject = what.substr(0, colon);
        what = what.substr(colon + 2);
    }
    if (const size_t semicolon = what.find("; "); semicolon != std::string::npos)
        return {Errc::BadInput, subject, what.substr(0, semicolon), what.substr(semicolon + 2)};
    return {Errc::BadInput, subject, what, "see lathe" + command + " --help"};
}

/// The first word that is no option, if it names a command that has not landed or none at all.
std::optional<Error> unknownCommand(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word.starts_with("-"))
            continue;
        const std::string_view before = argv[i - 1];
        if (i > 1 && (before == "--device" || before == "--threads" || before == "--seed" ||
                      before == "--progress" || before == "--math" || before == "--debug-break-kernel"))
            continue;
        for (const Command &command : allCommands()) {
            if (word == command.name)
                return std::nullopt;
        }
        const auto later = laterCommands();
        const bool planned = std::find(later.begin(), later.end(), word) != later.end();
        return Error{Errc::BadInput, std::string(word),
                     planned ? "is not in this version" : "is not a command", "see lathe --help"};
    }
    return std::nullopt;
}

/// The arguments as CLI11 wants them, the last one first. It takes the word after "--name=" for the value, so
/// that becomes two words.
std::vector<std::string> reversedArguments(int argc, char **argv)
{
    std::vector<std::string> words;
    for (int i = 1; i < argc; ++i) {
        std::string word = argv[i];
        const bool emptyValue =
            word.starts_with("--") && word.find('=') == word.size() - 1 && word.size() > 3;
        words.push_back(emptyValue ? word.substr(0, word.size() - 1) : std::move(word));
        if (emptyValue)
            words.emplace_back();
    }
    std::reverse(words.begin(), words.end());
    return words;
}

int runCommand(const Run &run, const CommonOptions &common)
{
    Console console(common.console);
    Invocation invocation{common, console};
    try {
        const Result<> done = run(invocation);
        if (const Result<> printed = console.printed(); done && !printed) {
            console.error(printed.error());
            return kFailed;
        }
        if (done)
            return kDone;
        if (done.error().code == Errc::Cancelled) {
            console.note("Interrupted.");
            return kInterrupted;
        }
        console.error(done.error());
        return kFailed;
    } catch (const UsageError &error) {
        return usage({Errc::BadInput, error.subject, error.what, error.remedy});
    } catch (const std::bad_alloc &) {
        console.error(
            {Errc::OutOfMemory, "memory", "the process has none left", "take a smaller model or context"});
        return kFailed;
    }
}

} // namespace

int runProgram(int argc, char **argv)
{
    os::holdStandardDescriptors();
    os::reportShrunkFiles();
    catchInterrupts();
    CLI::App app("Lathe: chat with language models, make them smaller, teach them.", "lathe");
    app.set_version_flag("--version", std::string("lathe ") + kVersion);
    app.require_subcommand(1);
    CommonOptions common;
    addCommonOptions(app, common);
    std::map<const CLI::App *, Run> runs;
    for (const Command &command : allCommands()) {
        CLI::App *sub = app.add_subcommand(command.name, command.summary);
        sub->fallthrough();
        sub->footer(
            "Also, with every command: --json --quiet --progress json --device D --threads N --seed S "
            "--math T (see lathe --help).");
        sub->option_defaults()->always_capture_default();
        runs[sub] = command.add(*sub);
    }
    if (const auto unknown = unknownCommand(argc, argv))
        return usage(*unknown);
    try {
        app.parse(reversedArguments(argc, argv));
    } catch (const CLI::Success &asked) {
        return app.exit(asked); // --help, --version
    } catch (const CLI::ParseError &error) {
        return usage(describe(error, app));
    }
    return runCommand(runs.at(app.get_subcommands().front()), common);
}

} // namespace lathe::cli
