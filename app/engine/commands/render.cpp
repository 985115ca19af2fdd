// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/commands/commands.h"

#include "app/engine/cli/input_files.h"
#include "app/engine/services/prompt.h"
#include "core/model/model_file.h"

namespace lathe::cli {

namespace {

struct Options {
    std::string model, messages, templateFile;
    bool noGenerationPrompt = false, plainContent = false, continueLast = false;
};

Result<std::shared_ptr<const ChatTemplate>> chooseTemplate(const Options &options, const ModelFile &model)
{
    if (options.templateFile.empty())
        return model.chatTemplate();
    return readTemplateFile(options.templateFile);
}

Result<> run(const Options &options, Invocation &invocation)
{
    LATHE_ASSIGN(const auto model, ModelFile::open(options.model, ModelFile::Need::Vocabulary));
    LATHE_ASSIGN(const auto chatTemplate, chooseTemplate(options, *model));
    LATHE_ASSIGN(const auto tokenizer, model->tokenizer());
    LATHE_ASSIGN(const Json messages, readJsonFile(options.messages));
    const PromptOptions prompt{options.plainContent, !options.noGenerationPrompt, options.continueLast};
    const Result<Prompt> done = renderPrompt(*tokenizer, *chatTemplate, messages, prompt);
    if (!done)
        return tl::unexpected(namingFile(done.error(), "messages", options.messages));
    const Prompt &rendered = *done;
    if (invocation.console.json())
        invocation.console.printJson({{"text", rendered.text}, {"ids", rendered.ids}});
    else
        invocation.console.print(rendered.text);
    return {};
}

} // namespace

Run addRender(CLI::App &app)
{
    auto options = std::make_shared<Options>();
    app.add_option("MODEL", options->model, "model file")->required();
    app.add_option("--messages", options->messages, "a JSON list of {role, content}")->required();
    app.add_option("--template", options->templateFile, "a Jinja file in place of the model's template");
    app.add_flag("--no-generation-prompt", options->noGenerationPrompt,
                 "no beginning of an answer at the end");
    app.add_flag("--plain-content", options->plainContent,
                 "spellings of special tokens in messages are text");
    app.add_flag("--continue", options->continueLast, "the last message is an unfinished answer");
    return [options](Invocation &invocation) { return run(*options, invocation); };
}

} // namespace lathe::cli
