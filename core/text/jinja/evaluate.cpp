// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/jinja/ast.h"

#include <algorithm>

namespace lathe::jinja {

Value Expr::evaluate(Frame &frame) const
{
    const DepthGuard guard(frame.machine);
    frame.machine.step();
    frame.machine.setLine(line);
    return eval(frame);
}

namespace {

/// The arguments after **.
void addNamed(Machine &machine, const Value &more, Args &args)
{
    if (!more.isDict())
        machine.fail("the argument after ‘**’ is no mapping");
    for (const auto &[key, value] : more.dict()->entries()) {
        if (!key.isString() || key.view().size() > kMaxShortText)
            machine.fail("the names of arguments are strings of at most " + std::to_string(kMaxShortText) +
                         " bytes");
        machine.step(2);
        args.named.emplace_back(std::string(key.view()), value);
    }
}

} // namespace

Args CallArgs::evaluate(Frame &frame) const
{
    Args args;
    args.positional.reserve(positional.size());
    for (const Expr *expr : positional)
        args.positional.push_back(expr->evaluate(frame));
    for (const auto &[name, expr] : named)
        args.named.emplace_back(name, expr->evaluate(frame));
    if (star)
        for (Value &item : itemsOf(frame.machine, star->evaluate(frame)))
            args.positional.push_back(std::move(item));
    frame.machine.step(star ? args.positional.size() / 4 : 0);
    if (starStar)
        addNamed(frame.machine, starStar->evaluate(frame), args);
    if (star || starStar)
        args.charge =
            Charge(frame.machine, args.positional.size() * sizeof(Value) +
                                      args.named.size() * (sizeof(args.named[0]) + kMaxShortText / 8));
    return args;
}

Value Constant::eval(Frame &) const
{
    return value;
}

Value NameExpr::eval(Frame &frame) const
{
    if (const Value *found = frame.scope->find(frame.machine, name))
        return *found;
    return frame.machine.undefined(inQuotes(spelling) + " is undefined");
}

Value ListExpr::eval(Frame &frame) const
{
    std::vector<Value> values;
    values.reserve(items.size());
    for (const Expr *item : items)
        values.push_back(item->evaluate(frame));
    return frame.machine.list(std::move(values), tuple);
}

Value DictExpr::eval(Frame &frame) const
{
    auto dict = std::make_shared<Dict>();
    for (const auto &[key, value] : entries) {
        Value keyValue = key->evaluate(frame);
        dict->set(frame.machine, std::move(keyValue), value->evaluate(frame));
    }
    return Value(DictRef(std::move(dict)));
}

Value SignExpr::eval(Frame &frame) const
{
    const Value value = operand->evaluate(frame);
    return minus ? negate(frame.machine, value) : plus(frame.machine, value);
}

Value BinaryExpr::eval(Frame &frame) const
{
    Value result = first->evaluate(frame);
    for (const auto &[op, operand] : rest) {
        const Value right = operand->evaluate(frame);
        frame.machine.setLine(operand->line);
        result = binary(frame.machine, op, result, right);
    }
    return result;
}

Value ConcatExpr::eval(Frame &frame) const
{
    TextBuilder out(frame.machine);
    for (const Expr *part : parts)
        appendText(out, frame.machine, part->evaluate(frame));
    return Value(out.finish());
}

Value CompareExpr::eval(Frame &frame) const
{
    Value left = first->evaluate(frame);
    for (const auto &[op, operand] : rest) {
        Value right = operand->evaluate(frame);
        frame.machine.setLine(line);
        if (!compareBy(frame.machine, op, left, right))
            return Value(false);
        left = std::move(right);
    }
    return Value(true);
}

Value LogicExpr::eval(Frame &frame) const
{
    Value value;
    for (const Expr *operand : operands) {
        value = operand->evaluate(frame);
        if (truthOf(value) != isAnd)
            break;
    }
    return value;
}

Value NotExpr::eval(Frame &frame) const
{
    return Value(!truthOf(operand->evaluate(frame)));
}

Value ConditionalExpr::eval(Frame &frame) const
{
    if (truthOf(condition->evaluate(frame)))
        return then->evaluate(frame);
    if (otherwise)
        return otherwise->evaluate(frame);
    return frame.machine.undefined("the condition is false and has no ‘else’");
}

Value AttributeExpr::eval(Frame &frame) const
{
    const Value value = object->evaluate(frame);
    frame.machine.setLine(line);
    return attributeOf(frame.machine, value, name);
}

Value ItemExpr::eval(Frame &frame) const
{
    const Value value = object->evaluate(frame);
    const Value keyValue = key->evaluate(frame);
    frame.machine.setLine(line);
    return itemOf(frame.machine, value, keyValue);
}

Value SliceExpr::eval(Frame &frame) const
{
    const auto part = [&frame](const Expr *expr) { return expr ? expr->evaluate(frame) : Value(None{}); };
    const Value value = object->evaluate(frame);
    const Value startValue = part(start);
    const Value stopValue = part(stop);
    const Value stepValue = part(step);
    frame.machine.setLine(line);
    return sliceOf(frame.machine, value, startValue, stopValue, stepValue);
}

Value CallExpr::eval(Frame &frame) const
{
    return call(frame, std::nullopt);
}

Value CallExpr::call(Frame &frame, std::optional<Value> caller) const
{
    Value target;
    if (const auto *attribute = dynamic_cast<const AttributeExpr *>(callee)) {
        const Value self = attribute->object->evaluate(frame);
        if (const Builtin *method = findMethod(self, attribute->name.view())) {
            Args arguments = args.evaluate(frame); // no object for the bound method in between
            frame.machine.setLine(line);
            return runBuiltin(frame.machine, *method, self, arguments);
        }
        frame.machine.setLine(attribute->line);
        target = attributeOf(frame.machine, self, attribute->name);
    } else {
        target = callee->evaluate(frame);
    }
    Args arguments = args.evaluate(frame);
    if (caller)
        arguments.named.emplace_back("caller", std::move(*caller));
    frame.machine.setLine(line);
    frame.machine.requireDefined(target);
    if (!target.isObject() || !target.object()->isCallable())
        frame.machine.fail("‘" + std::string(typeNameOf(target)) + "’ is not callable");
    return target.object()->call(frame.machine, arguments);
}

Value FilterExpr::eval(Frame &frame) const
{
    return apply(frame, operand->evaluate(frame));
}

Value FilterExpr::apply(Frame &frame, const Value &value) const
{
    frame.machine.setLine(line);
    if (!filter)
        frame.machine.fail("unknown filter " + inQuotes(name));
    Args arguments = args.evaluate(frame);
    frame.machine.setLine(line);
    return runBuiltin(frame.machine, *filter, value, arguments);
}

Value TestExpr::eval(Frame &frame) const
{
    if (!test)
        frame.machine.fail("unknown test " + inQuotes(name));
    const Value value = operand->evaluate(frame);
    Args arguments = args.evaluate(frame);
    frame.machine.setLine(line);
    return Value(truthOf(runBuiltin(frame.machine, *test, value, arguments)) != negated);
}

} // namespace lathe::jinja
