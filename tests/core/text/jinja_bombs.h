// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace lathe {

/// A template whose cost would hide in one operation: `message` is part of what must be said of it.
struct JinjaBomb {
    const char *name;
    std::string source;
    const char *message;
};

/// "aaaa, aaab, …": `count` names.
inline std::string jinjaNames(int count, const std::string &after, const std::string &between)
{
    std::string out;
    for (int i = 0; i < count; ++i) {
        std::string name;
        for (int letter = 0, rest = i; letter < 4; ++letter, rest /= 26)
            name += char('a' + rest % 26);
        out += (out.empty() ? "" : between) + "n" + name + after;
    }
    return out;
}

/// `expression`, again and again.
inline std::string jinjaAgain(const std::string &before, const std::string &expression)
{
    return before + "{% for i in range(99999) %}{% set x = " + expression + " %}{% endfor %}";
}

inline std::vector<JinjaBomb> costlyOperations()
{
    const std::string plain = "{% set s = 'a' * 16000000 %}", wide = "{% set s = 'é' * 8000000 %}",
                      digits = "{% set s = '1' * 16000000 %}", named = plain + "{% set d = {s: 1} %}",
                      empties = "{% set l = [''] * 500000 %}",
                      content = "{% set c = messages[0].content[0] %}";
    const auto chain = [](const std::string &link) {
        return "{% set n = namespace(c=0) %}{% for i in range(99999) %}{% set n.c = " + link +
               " %}{% endfor %}";
    };
    return {
        {"chain of cyclers", chain("cycler(n.c)"), "nests more than"},
        {"chain of joiners", chain("joiner(n.c)"), "nests more than"},
        {"chain of methods", chain("[n.c].copy"), "nests more than"},
        {"large cyclers",
         "{% set n = namespace(l=[]) %}{% for i in range(110) %}{% set n.l = n.l + [cycler(*range(99999))] "
         "%}{% endfor %}",
         "more than"},
        {"hash of shared tuples",
         "{% set n = namespace(t=(1,)) %}{% for i in range(60) %}{% set n.t = (n.t, n.t) %}{% endfor %}"
         "{{ {n.t: 1}|length }}",
         "steps"},
        {"long name of an argument", jinjaAgain(named, "''.format(**d)"), "names of arguments"},
        {"long name of an argument of select", named + "{{ range(99999)|select(**d)|list }}",
         "names of arguments"},
        {"many variables", "{% set " + jinjaNames(90000, "", ",") + " = range(90000) %}", "steps"},
        {"many statements", "{%set " + jinjaNames(45000, "=1%}", "{%set "), "steps"},
        {"many arguments",
         "{% macro f(" + jinjaNames(40000, "=1", ",") + ") %}{% endmacro %}{{ f(" +
             jinjaNames(40000, "=1", ",") + ") }}",
         "steps"},
        {"many arguments by a star", jinjaAgain("{% set l = [1] * 499999 %}", "''.format(*l)"), "steps"},
        {"length for center", jinjaAgain(wide, "s.center(1)"), "steps"},
        {"length for truncate", jinjaAgain(wide, "s|truncate(99999999)"), "steps"},
        {"length for find", jinjaAgain(wide, "s.find('é')"), "steps"},
        {"length for a format", jinjaAgain(wide, "'%.9999999s' % s"), "steps"},
        {"characters to strip",
         "{% set s = 'a' * 1000000 %}{% set t = 'b' * 1000000 ~ 'a' %}{{ s.strip(t)|length }}", "steps"},
        {"separators of tojson", jinjaAgain(plain, "1|tojson(separators=(s,s))"), "separators and indents"},
        {"indent of tojson", jinjaAgain(plain, "1|tojson(indent=s)"), "separators and indents"},
        {"digits for int", jinjaAgain(digits, "s|int"), "steps"},
        {"digits for float", jinjaAgain(digits, "s|float"), "steps"},
        {"digits for an attribute", digits + "{{ range(99999)|map(attribute=s)|first }}", "steps"},
        {"digits in a format", jinjaAgain("{% set s = '{' ~ '0' * 16000000 ~ '}' %}", "s.format(1)"),
         "steps"},
        {"fields of a format", jinjaAgain("{% set s = '{0}' * 5000000 %}", "s.format('')"), "steps"},
        {"percent signs", jinjaAgain("{% set s = '%%' * 8000000 %}", "s % ()"), "steps"},
        {"flags of a format", jinjaAgain("{% set s = '%' ~ ' ' * 15000000 ~ 'd' %}", "s % 1"), "steps"},
        {"escape", jinjaAgain(plain, "s|escape"), "steps"},
        {"split of spaces", jinjaAgain("{% set s = ' ' * 16000000 %}", "s.split()"), "steps"},
        {"join of nothing", jinjaAgain(empties, "l|join"), "steps"},
        {"join method of nothing", jinjaAgain(empties, "''.join(l)"), "steps"},
        {"clock", jinjaAgain("{% set f = '%c' * 2000 %}", "strftime_now(f)"), "steps"},
        {"content repeated", jinjaAgain(content, "(c * 16000000)|length"), "steps"},
        {"content in many stretches",
         jinjaAgain("{% set c = (messages[0].content * 20000)|list|join('-') %}", "c ~ ''"), "steps"},
    };
}

} // namespace lathe
