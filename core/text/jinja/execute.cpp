// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/ast.h"

namespace lathe::jinja {

Flow Statement::execute(Frame &frame, TextBuilder &out) const
{
    const DepthGuard guard(frame.machine);
    frame.machine.step();
    frame.machine.setLine(line);
    return exec(frame, out);
}

Flow executeBody(const Body &body, Frame &frame, TextBuilder &out)
{
    for (const Statement *statement : body)
        if (const Flow flow = statement->execute(frame, out); flow != Flow::Next)
            return flow;
    return Flow::Next;
}

namespace {

/// Runs a body in a scope of its own into a text of its own.
TextRef captured(const Body &body, Frame &frame)
{
    const BlockScope scope(frame.machine, frame.scope);
    Frame inner{frame.machine, scope.ref()};
    TextBuilder out(frame.machine);
    executeBody(body, inner, out);
    return out.finish();
}

Value filtered(const std::vector<const FilterExpr *> &filters, const Body &body, Frame &frame)
{
    Value value(captured(body, frame));
    for (const FilterExpr *filter : filters)
        value = filter->apply(frame, value);
    return value;
}

} // namespace

void Target::assign(Frame &frame, const Value &value) const
{
    Machine &machine = frame.machine;
    if (isTuple) {
        const std::vector<Value> items = itemsOf(machine, value);
        if (items.size() != parts.size())
            machine.fail("cannot unpack " + std::to_string(items.size()) + " values into " +
                         std::to_string(parts.size()) + " names");
        for (size_t i = 0; i < parts.size(); ++i)
            parts[i].assign(frame, items[i]);
        return;
    }
    if (attribute.isUndefined()) {
        frame.scope->set(machine, name, value);
        return;
    }
    const Value *owner = frame.scope->find(machine, name);
    auto *space = owner && owner->isObject() ? dynamic_cast<Namespace *>(owner->object().get()) : nullptr;
    if (!space)
        machine.fail("cannot set an attribute of " + inQuotes(spelling) + ": it is no namespace");
    space->set(machine, attribute, value);
}

Flow DataStatement::exec(Frame &, TextBuilder &out) const
{
    out.append(text);
    return Flow::Next;
}

Flow PrintStatement::exec(Frame &frame, TextBuilder &out) const
{
    appendText(out, frame.machine, value->evaluate(frame));
    return Flow::Next;
}

Flow JumpStatement::exec(Frame &, TextBuilder &) const
{
    return flow;
}

Flow IfStatement::exec(Frame &frame, TextBuilder &out) const
{
    for (const auto &[condition, body] : branches)
        if (truthOf(condition->evaluate(frame)))
            return executeBody(body, frame, out);
    return executeBody(otherwise, frame, out);
}

Flow SetStatement::exec(Frame &frame, TextBuilder &) const
{
    const Value result = value->evaluate(frame);
    frame.machine.setLine(line);
    target.assign(frame, result);
    return Flow::Next;
}

Flow SetBlockStatement::exec(Frame &frame, TextBuilder &) const
{
    const Value result = filtered(filters, body, frame);
    frame.machine.setLine(line);
    target.assign(frame, result);
    return Flow::Next;
}

Flow FilterBlockStatement::exec(Frame &frame, TextBuilder &out) const
{
    appendText(out, frame.machine, filtered(filters, body, frame));
    return Flow::Next;
}

Flow WithStatement::exec(Frame &frame, TextBuilder &out) const
{
    const BlockScope scope(frame.machine, frame.scope);
    Frame inner{frame.machine, scope.ref()};
    for (const auto &[target, value] : values)
        target.assign(inner, value->evaluate(frame));
    return executeBody(body, inner, out);
}

} // namespace lathe::jinja
