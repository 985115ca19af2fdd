// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/convert/model_card.h"

#include "core/formats/printable.h"

namespace lathe {

namespace {

std::string sourceName(const ConvertInput &input)
{
    const auto &path = input.model.path();
    return printable((path.has_filename() ? path : path.parent_path()).filename().string(), 200);
}

std::string listed(const std::string &title, const std::vector<std::string> &lines)
{
    std::string text = lines.empty() ? "" : "\n" + title + "\n\n";
    for (const std::string &line : lines)
        text += "- " + line + "\n";
    return text;
}

} // namespace

std::string readmeOf(const ConvertInput &input, const ModelCard &card, const Losses &losses)
{
    const HfFolder *folder = input.model.source().folder();
    if (const auto own =
            folder && input.isSameFormat() ? readText(folder->path() / "README.md") : Result<std::string>("");
        own && !own->empty())
        return *own + listed("Changes by " + card.program + ":", card.changes);
    const ModelConfig &config = input.config();
    return "---\nlibrary_name: transformers\n---\n\n# " + config.name + "\n\nWritten by " + card.program +
           " from " + (input.fromGguf() ? "the GGUF file " : "the folder ") + sourceName(input) + ": " +
           config.architecture + ", " + std::to_string(input.model.parameters()) + " parameters.\n" +
           listed("Changes:", card.changes) + listed("What this format could not hold:", losses.met());
}

void setCard(const ConvertInput &input, const ModelCard &card, const Losses &losses, GgufWriter &writer)
{
    std::string text = "Written by " + card.program + " from " + sourceName(input) + ".";
    for (const std::string &change : card.changes)
        text += " " + change + ".";
    if (!losses.met().empty()) {
        text += " What this format could not hold:";
        for (const std::string &line : losses.met())
            text += " " + line + ".";
        writer.setStrings("lathe.losses", losses.met());
    }
    writer.setString("general.description", text);
}

} // namespace lathe
