// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/machine.h"

#include <nlohmann/json.hpp>

namespace lathe::jinja {

/// A JSON value as a template sees it. `content`: its strings and names count as a message's content.
/// Faults: nesting, integers over 64 bits signed.
Value valueFromJson(Machine &machine, const nlohmann::ordered_json &json, bool content = false);

/// A list of messages: all strings but the roles and the messages' own field names are content.
Value messagesFromJson(Machine &machine, const nlohmann::ordered_json &json);

} // namespace lathe::jinja
