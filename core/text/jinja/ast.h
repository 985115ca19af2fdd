// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/jinja/builtins.h"
#include "core/text/jinja/operators.h"

#include <memory>
#include <string>
#include <vector>

/// The tree of a template. Nodes evaluate themselves; all are owned by one flat list (Tree), so that neither
/// the source's nesting nor its length can overflow the stack when they die.
namespace lathe::jinja {

/// Names with a meaning of their own have fixed numbers.
enum FixedName : uint32_t { kNameLoop, kNameCaller, kNameVarargs, kNameKwargs, kFixedNames };

struct Frame {
    Machine &machine;
    ScopeRef scope;
};

struct Node {
    uint32_t line = 0;
    virtual ~Node() = default;
};

struct Expr : Node {
    /// Guards the depth, spends a step, sets the line.
    Value evaluate(Frame &frame) const;

protected:
    virtual Value eval(Frame &frame) const = 0;
};

enum class Flow : uint8_t { Next, Break, Continue };

struct Statement : Node {
    Flow execute(Frame &frame, TextBuilder &out) const;

protected:
    virtual Flow exec(Frame &frame, TextBuilder &out) const = 0;
};

using Body = std::vector<const Statement *>;
Flow executeBody(const Body &body, Frame &frame, TextBuilder &out);

struct CallArgs {
    std::vector<const Expr *> positional;
    std::vector<std::pair<std::string, const Expr *>> named;
    const Expr *star = nullptr;
    const Expr *starStar = nullptr;

    Args evaluate(Frame &frame) const;
};

struct Constant : Expr {
    Value value;
    Value eval(Frame &frame) const override;
};
struct NameExpr : Expr {
    uint32_t name = 0;
    std::string spelling;
    Value eval(Frame &frame) const override;
};
struct ListExpr : Expr {
    std::vector<const Expr *> items;
    bool tuple = false;
    Value eval(Frame &frame) const override;
};
struct DictExpr : Expr {
    std::vector<std::pair<const Expr *, const Expr *>> entries;
    Value eval(Frame &frame) const override;
};
struct SignExpr : Expr {
    const Expr *operand = nullptr;
    bool minus = false;
    Value eval(Frame &frame) const override;
};
/// a + b - c …: operators of one level, from left to right.
struct BinaryExpr : Expr {
    const Expr *first = nullptr;
    std::vector<std::pair<BinaryOp, const Expr *>> rest;
    Value eval(Frame &frame) const override;
};
struct ConcatExpr : Expr {
    std::vector<const Expr *> parts;
    Value eval(Frame &frame) const override;
};
struct CompareExpr : Expr {
    const Expr *first = nullptr;
    std::vector<std::pair<CompareOp, const Expr *>> rest;
    Value eval(Frame &frame) const override;
};
/// a and b and c …, or with or: the first operand that decides.
struct LogicExpr : Expr {
    std::vector<const Expr *> operands;
    bool isAnd = false;
    Value eval(Frame &frame) const override;
};
struct NotExpr : Expr {
    const Expr *operand = nullptr;
    Value eval(Frame &frame) const override;
};
struct ConditionalExpr : Expr {
    const Expr *condition = nullptr;
    const Expr *then = nullptr;
    const Expr *otherwise = nullptr; ///< null: undefined
    Value eval(Frame &frame) const override;
};
struct AttributeExpr : Expr {
    const Expr *object = nullptr;
    Value name;
    Value eval(Frame &frame) const override;
};
struct ItemExpr : Expr {
    const Expr *object = nullptr;
    const Expr *key = nullptr;
    Value eval(Frame &frame) const override;
};
struct SliceExpr : Expr {
    const Expr *object = nullptr;
    const Expr *start = nullptr; ///< null: left out
    const Expr *stop = nullptr;
    const Expr *step = nullptr;
    Value eval(Frame &frame) const override;
};
struct CallExpr : Expr {
    const Expr *callee = nullptr;
    CallArgs args;
    Value eval(Frame &frame) const override;
    /// The call with one more named argument (`caller`), if given.
    Value call(Frame &frame, std::optional<Value> caller) const;
};
struct FilterExpr : Expr {
    const Expr *operand = nullptr; ///< null: a filter block's text
    std::string name;
    const Builtin *filter = nullptr; ///< null: unknown, an error once it is reached
    CallArgs args;
    Value eval(Frame &frame) const override;
    Value apply(Frame &frame, const Value &value) const;
};
struct TestExpr : Expr {
    const Expr *operand = nullptr;
    std::string name;
    const Builtin *test = nullptr;
    bool negated = false;
    CallArgs args;
    Value eval(Frame &frame) const override;
};

/// Where a value goes: a name, namespace.attribute, or several of these.
struct Target {
    uint32_t name = 0;
    std::string spelling;
    Value attribute;           ///< of a namespace; undefined: the name itself
    std::vector<Target> parts; ///< unpacking, if not empty
    bool isTuple = false;

    void assign(Frame &frame, const Value &value) const;
};

struct DataStatement : Statement {
    std::string text;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct PrintStatement : Statement {
    const Expr *value = nullptr;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct JumpStatement : Statement {
    Flow flow = Flow::Next;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct ForStatement : Statement {
    Target target;
    const Expr *iterable = nullptr;
    const Expr *condition = nullptr;
    bool recursive = false;
    Body body;
    Body otherwise;
    Flow exec(Frame &frame, TextBuilder &out) const override;
    /// One pass over `values`, `depth0` levels into a recursive loop.
    void run(Frame &frame, TextBuilder &out, const Value &values, uint32_t depth0) const;
};
struct IfStatement : Statement {
    std::vector<std::pair<const Expr *, Body>> branches;
    Body otherwise;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct SetStatement : Statement {
    Target target;
    const Expr *value = nullptr;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct SetBlockStatement : Statement {
    Target target;
    std::vector<const FilterExpr *> filters;
    Body body;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct FilterBlockStatement : Statement {
    std::vector<const FilterExpr *> filters;
    Body body;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct WithStatement : Statement {
    std::vector<std::pair<Target, const Expr *>> values;
    Body body;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};

/// Parameters and body of a macro or a call block.
struct MacroBody {
    struct Parameter {
        uint32_t name = 0;
        std::string spelling;
        const Expr *fallback = nullptr;
    };
    std::string name;
    uint32_t line = 0;
    std::vector<Parameter> parameters;
    Body body;
    bool usesCaller = false;
    bool usesVarargs = false;
    bool usesKwargs = false;
};
struct MacroStatement : Statement {
    MacroBody macro;
    uint32_t name = 0;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};
struct CallBlockStatement : Statement {
    MacroBody caller;
    const CallExpr *call = nullptr;
    Flow exec(Frame &frame, TextBuilder &out) const override;
};

/// A macro in the scope that it was defined in.
ObjectRef makeMacro(const MacroBody &macro, ScopeRef scope);

/// A parsed template: nodes, names, body.
struct Tree {
    std::vector<std::unique_ptr<Node>> nodes;
    std::vector<std::string> names; ///< by number
    Body body;
};

/// Parses a template. Throws Fault.
Tree parseTemplate(std::string_view source);

} // namespace lathe::jinja
