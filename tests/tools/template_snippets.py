# SPDX-License-Identifier: GPL-3.0-or-later
"""Small templates, one construct each, for template_oracle.py."""

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "  Hello, Wörld!\nSecond line.  "},
    {"role": "assistant", "content": "Hi <b>'there'</b>", "tool_calls": [
        {"type": "function", "function": {"name": "sum", "arguments": {"a": 1, "b": [2.5, None, True], "ü": "ß\"\\\t"}}}]},
]
VARIABLES = {
    "n": 7, "f": 2.5, "t": True, "none_value": None, "empty": "", "text": "the quick brown fox", "uni": "Grüße, 日本 🙂",
    "numbers": [3, 1, 2], "mixed": ["b", "A", "c", "B"], "nested": {"b": {"c": [10, 20]}, "a": 1, "items": "an entry"},
    "people": [{"name": "Ann", "age": 31, "city": "Ulm"}, {"name": "bob", "age": 25, "city": "Bonn"},
               {"name": "Cem", "age": 31, "city": "ulm"}],
    "tree": [{"v": 1, "kids": [{"v": 2, "kids": []}, {"v": 3, "kids": [{"v": 4, "kids": []}]}]}, {"v": 5, "kids": []}],
    "lines": "one\ntwo\r\nthree\n", "big": 9007199254740993, "small": 1e-07, "large": 1e22,
}

EXPRESSIONS = r"""
1 + 2 * 3
(1 + 2) * 3
7 // 2
-7 // 2
7 % -3
-7 % 3
7 / 2
2 ** 10
2 ** -1
2 ** 3 ** 2
-2 ** 2
7.5 // 2
-7.5 % 2
1e3
1_000
0x1F
0b101
0o17
1.5e-3
1.0
100000000000000000.0
1e16
123456789012345678
0.1 + 0.2
large
small
1/3
1e100
-0.0
1 / 0
1 % 0
1.0 // 0
n + t
-t
+t
--1
- 5|abs
1 ~ 2 ~ none ~ t ~ 1.0
'a' ~ 1 + 2
'a' + 'b'
'a' + 1
'ab' * 3
3 * 'ab'
'a' * -1
[1] * 2
[1, 2] + [3]
(1, 2) + (3,)
[1] + (2,)
'a' 'b' "c"
'it''s'
"tab\tnew\nline \x41 é \U0001F642 \101 \q \\ \' \""
'%s and %d' % ('x', 3)
'%5.2f|%-6s|%06d|%x|%X|%o|%e|%g|%%' % (3.14159, 'ab', 42, 255, 255, 8, 12345.678, 0.0001)
'%5%' % ()
'a%%b% %' % ()
'%%%s%%' % 1
'%s' % 5
'%s' % none
'%r' % 'it'
'%(a)s-%(b)05.1f' % {'a': 1, 'b': 2}
'%s' % [1]
'%s %s' % 'a'
'%d' % 'a'
'%s' % (1, 2)
'%+d % d' % (3, 4)
'%*d' % (5, 42)
'%.2s' % 'abc'
'%c' % 'x'
'%i' % 3.9
'{} {}'.format(1, 'b')
'{0}{1}{0}'.format('a', 'b')
'{x} {y[0]} {z.a}'.format(x=1, y=[2], z=nested)
'{:>5}|{:<5}|{:^5}|{:*^7}'.format('a', 'b', 'c', 'd')
'{:5d}|{:05d}|{:,}|{:+}'.format(42, 42, 1234567, 5)
'{:.2f}|{:8.3f}|{:e}|{:.1%}'.format(3.14159, 2.5, 12345.6, 0.256)
'{:x}|{:#x}|{:b}|{:X}'.format(255, 255, 5, 255)
'{{}} {!r}'.format('q')
'{:d}'.format('a')
'{'.format()
'{:5}|{:5}|'.format(1.5, true)
1 == 1.0
1 == true
'1' == 1
none == none
missing == missing
missing == none
[1, 2] == [1, 2]
[1] == (1,)
{'a': 1} == {'a': 1.0}
1 < 2 < 3
1 < 3 < 2
1 < 2 > 1
'a' < 'b'
'a' < 1
[1, 2] < [1, 3]
none < 1
1 in [1, 2]
3 not in [1, 2]
'quick' in text
1 in 'abc'
'a' in nested
'x' in missing
1 in 5
not t
not missing
t and n
none or 'x'
0 or '' or []
n and 0 and missing.x
t or missing.x
1 if t else 2
1 if not t
(1 if none_value else 2 if n == 7 else 3)
'yes' if n > 5
none
true
True
false
None
[1, 'a', none, true, 1.5, [2], {'k': 'v'}, (1,), ()]
{'a': 1, 'b': [1, 2], 3: none}
{}
[]
()
(1)
(1,)
1, 2
[1, 2,]
{'a': 1,}
"it's"
['it\'s', "say \"hi\"", 'both \' and "', '\n\t\\', 'ü🙂', '\x00\x7f\u00a0\u2028']
uni
uni[0]
uni[-1]
uni[2:5]
uni[::-1]
uni[-3:]
uni[100]
uni|length
uni|upper
uni|lower
uni|title
uni|reverse
uni|list
uni.upper()
'straße ǆ'.upper()
'ÀÉ'.lower()
'x'.isalpha()
uni.split(',')
text[4:9]
text[:3]
text[-3:]
text[::2]
text[::-1]
text[5:2]
text[10:4:-2]
text[:]
text[1:100]
text[-100:3]
text[::0]
text['a':]
numbers[0]
numbers[-1]
numbers[3]
numbers[1:]
numbers[::-1]
numbers[true]
numbers['a']
numbers.0
(1, 2, 3)[1:]
range(5)[2]
range(5)|list
range(2, 10, 3)|list
range(5, 0, -2)|list
range(0)|list
range(100001)
range(1, 2, 0)
nested.b.c[1]
nested['b']['c'][-1]
nested.missing
nested.missing.deeper
nested['items']
nested.items()|list
nested.keys()|list
nested.values()|list
nested.get('a')
nested.get('zz')
nested.get('zz', 5)
nested.get('b').c
nested.pop('a')
nested.update({'x': 1})
nested.copy()
nested[1]
nested[[1]]
{1: 'a', true: 'b', 1.0: 'c'}
{'a': 1}['a']
{(1, 2): 'x'}[1, 2]
numbers.append(4)
numbers.sort()
numbers.index(2)
numbers.index(9)
numbers.count(1)
missing
missing.x
missing[0]
missing()
missing + 1
missing ~ 'x'
missing|length
missing|list
missing|upper
missing|int
-missing
missing < 1
[missing]
nested.a.real_missing
none.x
none.x.y
(5).x
''.__class__
''.__class__.__mro__
nested.__class__.x
'a.b.c'.split('.')
'a.b.c'.split('.', 1)
'a.b.c'.rsplit('.', 1)
' a  b '.split()
' a  b  c '.split(none, 1)
' a  b  c '.rsplit(none, 1)
' a  b  c '.rsplit(maxsplit=1)
''.split()
''.split(',')
'a'.split('')
'aXbXc'.split('X', maxsplit=1)
'aaa'.rsplit('aa')
'a,b'.partition(',')
'a,b,c'.rpartition(',')
'a'.partition(',')
'a'.rpartition(',')
lines.splitlines()
lines.splitlines(true)
'a\x0bb\x0cc\x1cd\u2028e'.splitlines()
'  x '.strip() ~ '|'
'xxaxx'.strip('x')
'abcba'.lstrip('ab')
'abcba'.rstrip('ab')
'\u00a0\u3000x\u2003'.strip()
'hello'.startswith('he')
'hello'.startswith(('x', 'h'))
'hello'.startswith('l', 2)
'hello'.endswith('lo')
'hello'.endswith(['lo'])
'hello'.startswith(1)
'hello'.find('l')
'hello'.rfind('l')
'hello'.find('z')
'hello'.find('l', 3)
'hello'.find('')
'hello'.index('z')
'hello'.count('l')
'hello'.count('')
'hello'.count('l', 3)
uni.find('日')
'hello'.replace('l', 'L')
'hello'.replace('l', 'L', 1)
'hello'.replace('', '-')
'hello'.replace('', '-', 2)
'hello'.replace('l', '', -1)
','.join(['a', 'b'])
','.join('abc')
','.join([1])
','.join(nested)
'hELLO wORLD'.capitalize()
"they're bill's".title()
'hELLO'.swapcase()
'Ab'.casefold()
'a'.center(6, '*')
'ab'.center(5)
'a'.ljust(3) ~ '|'
'a'.rjust(3, '0')
'-5'.zfill(4)
'a\tb'.expandtabs(4)
'prefix-x'.removeprefix('prefix-')
'x.py'.removesuffix('.py')
'12'.isdigit()
'1a'.isalnum()
'²'.isdigit()
'²'.isdecimal()
'½'.isnumeric()
''.isdigit()
' \n'.isspace()
'Ab Cd'.istitle()
'ab1'.islower()
'A1'.isupper()
'a1_'.isidentifier()
'é'.isascii()
'a\n'.isprintable()
'abc'.nonsense()
'abc'.upper(1)
text|upper
text|capitalize
text|title
"it's a-b (c) [d] <e> {f} g_h"|title
'  x  '|trim ~ '|'
'xxaxx'|trim('x')
5|trim
text|length
5|length
nested|length
numbers|first
numbers|last
[]|first
''|last
text|first
nested|first
nested|last
5|first
numbers|join
numbers|join(', ')
people|join(', ', attribute='name')
nested|join('-')
missing|join
numbers|sum
people|sum(attribute='age')
[1.5, 2]|sum
[[1], [2]]|sum(start=[])
numbers|max
numbers|min
[]|max
mixed|max
mixed|min
mixed|max(true)
people|max(attribute='age')
mixed|sort
mixed|sort(reverse=true)
mixed|sort(case_sensitive=true)
people|sort(attribute='age')|map(attribute='name')|join(',')
people|sort(attribute='age,name')|map(attribute='name')|join(',')
people|sort(true, attribute='name')|map(attribute='name')|join(',')
[1, 'a']|sort
['a', 'A', 'b']|unique|list
people|unique(attribute='age')|map(attribute='name')|list
people|unique(attribute='city')|map(attribute='city')|list
[[1], [1]]|unique|list
numbers|reverse|list
'abc'|reverse
'abc'|list
5|list
nested|list
nested|items|list
missing|items|list
nested|dictsort
{'b': 1, 'A': 2}|dictsort
{'b': 1, 'A': 2}|dictsort(true)
{'b': 1, 'A': 2}|dictsort(by='value', reverse=true)
people|groupby('city')|list|length
people|groupby('age')|map('first')|list
people|groupby('city')|map(attribute='grouper')|list
people|groupby('city', case_sensitive=true)|map(attribute=0)|list
people|groupby('zip', default='?')|map(attribute='list')|first|length
numbers|map('string')|join('+')
mixed|map('lower')|list
people|map(attribute='name')|list
people|map(attribute='zip', default='?')|list
people|map(attribute='zip')|list
[[1, 2], [3, 4]]|map(attribute=1)|list
[{'a': {'b': 5}}]|map(attribute='a.b')|list
[{'a': [7, 8]}]|map(attribute='a.1')|list
mixed|map('replace', 'b', 'x')|list
numbers|map('default', 5)|list
numbers|map('nonsense')|list
numbers|map|list
numbers|select('odd')|list
numbers|select('gt', 1)|list
numbers|reject('odd')|list
[0, 1, '', 'a', none]|select|list
[0, 1, '', 'a', none]|reject|list
people|selectattr('age', 'eq', 31)|map(attribute='name')|list
people|selectattr('age', '>', 30)|map(attribute='name')|list
people|selectattr('zip')|list
people|selectattr('zip', 'defined')|list
people|rejectattr('age', 'equalto', 31)|map(attribute='name')|list
people|selectattr('name', 'in', ['Ann', 'Cem'])|map(attribute='age')|list
people|selectattr('age', 'nonsense')|list
messages|selectattr('role', 'equalto', 'user')|list|length
missing|default('x')
none|default('x')
none|default('x', true)
''|d('x', boolean=true)
missing|default
'42'|int
'0x1f'|int(base=16)
'4.7'|int
'x'|int
'x'|int(-1)
4.9|int
-4.9|int
none|int
' 12 '|int
'1_000'|int
[]|int
'4.5'|float
'x'|float
'x'|float(1.5)
'1e3'|float
'nan'|float
'inf'|float
none|float
3|float
2.5|round
3.5|round
42.55|round(1)
42.55|round(1, 'floor')
42.55|round(1, 'ceil')
42|round
1234|round(-2)
1234.5|round(-2)
2.675|round(2)
-5|abs
-2.5|abs
'a'|abs
5|string ~ 'x'
[1]|string
none|string
'<a href="x">\'&'|escape
'<'|e
'<b>'|safe
'abcb'|replace('b', 'x')
'abcb'|replace('b', 'x', 1)
5|replace('5', '6')
'x'|center(5) ~ '|'
lines|indent
lines|indent(2, true)
lines|indent(2, blank=true)
'a\n\nb'|indent(2)
'a\n\nb'|indent(width='>>', first=true, blank=true)
''|indent(first=true)
'foo bar baz qux'|truncate(9)
'foo bar baz qux'|truncate(9, true)
'foo bar baz qux'|truncate(11)
'foo bar baz qux'|truncate(11, false, '…', 0)
'a b, c-d'|wordcount
'a b/ü&'|urlencode
{'a b': 'c&d', 'e': 1}|urlencode
[('x', 'y z')]|urlencode
'%s-%s'|format('a', 2)
'%(x)s'|format(x=3)
numbers|batch(2)|list
numbers|batch(2, 0)|list
numbers|slice(2)|list
range(7)|slice(3, 'x')|list
nested|attr('a')
'a'|attr('upper')()
messages|tojson
nested|tojson
nested|tojson(indent=2)
nested|tojson(indent=0)
nested|tojson(sort_keys=true)
nested|tojson(separators=(',', ':'))
nested|tojson(indent='\t')
[]|tojson(indent=2)
[[], {}, [1]]|tojson(indent=1)
uni|tojson
uni|tojson(ensure_ascii=true)
'\x00\x1f\x7f\u2028</script>\b\f'|tojson
{1: 2, none: 3, true: 4, 1.5: 5}|tojson
[1.0, 1e22, 1e-7, 'nan'|float, 'inf'|float]|tojson
missing|tojson
range(3)|list|tojson
(1, 2)|tojson
{(1, 2): 3}|tojson
big|tojson
numbers|nonsense
5 is defined
missing is defined
missing is undefined
missing is not defined
nested.a is defined
nested.zz is defined
none is none
none_value is not none
5 is number
true is number
5.0 is integer
true is integer
true is boolean
1 is true
true is true
false is false
'a' is string
[] is iterable
5 is iterable
'a' is sequence
nested is sequence
5 is sequence
nested is mapping
[] is mapping
(1,) is sequence
1.5 is float
3 is odd
4 is even
3.0 is odd
'a' is odd
9 is divisibleby 3
9 is divisibleby(4)
'abc' is lower
'ABC' is upper
5 is eq 5
5 is equalto(5)
5 is ne 6
5 is lt 6
5 is gt 6
5 is ge 5
5 is le 4
5 is greaterthan 4
1 is in [1, 2]
3 is not in [1, 2]
'a' is in 'abc'
none is sameas none
numbers is sameas numbers
range is callable
missing is callable
text is callable
'upper' is filter
'nope' is filter
'odd' is test
5 is nonsense
n is defined and n > 5
not n is defined
n is defined is string
n is number + 1
range(3) is iterable
dict(a=1, b=2)
dict({'a': 1}, b=2)
dict([('a', 1)])
dict(**nested)['a']
raise_exception('stop')
strftime_now('%d %b %Y')
strftime_now('%A, %B %d, %Y at %H:%M:%S (%j) %p %I %y %a %m %%')
namespace(a=1).a
namespace({'a': 2}).a
namespace().missing is defined
cycler('a', 'b').next()
joiner('-')() ~ 'x'
[*numbers]
range(*[1, 4])|list
dict(**{'a': 1}, **{'b': 2})
'a' if
1 +
(1
[1
{'a'}
a b
1 = 2
foo.
.5
5.
'unclosed
"x" ~ 'y' * 2
1 !
$
n.n
012
1__0
'\xZZ'
'\u12'
loop
caller
varargs
true.x
not
is defined
x is
|upper
1 |
1 in
messages[1].content|trim|upper|replace('\n', ' ')
messages[-1].tool_calls[0].function.arguments|tojson
messages[-1]['tool_calls'][0]['function']['arguments'].items()|list
messages|map(attribute='role')|join('/')
messages|length
messages[0]
messages[1:]|length
messages|selectattr('role', 'in', ['user', 'system'])|map(attribute='content')|map('trim')|join('|')
"""

TEMPLATES = [
    # white space
    "a\n{% if t %}\nb\n{% endif %}\nc\n", "a  \n  {% if t %}  b{% endif %}  \n", "a {%- if t -%} b {%- endif -%} c",
    "  {%+ if t %}x{% endif %}", "{% if t +%}\nx{% endif %}", "a\n{{ n }}\nb", "a \n {{- n -}} \n b", "{{- n }}", "x\n\n", "x\n",
    "\n", "", "  {# c #}\n  x", "a {#- c -#} b", "{# a {# b #} c", "x {# multi\nline #}\ny", "  {#+ c +#}\n x", "\r\nx\ry\r\n",
    "{% raw %}{{ n }}{% endraw %}", "a {%- raw -%}  {{ x }} {%- endraw -%} b", "  {% raw %}\n x {% endraw %}\n y",
    "{% raw %}\n{% endraw %}\n{% raw -%} a{%+ endraw +%}\n", "{%raw%}a{%endraw%}", "{{ '{{' }}{{ '%}' }}", "{ {% if t %}{{ {'a':{'b':1}} }}{% endif %}}",
    "\t{% set a = 1 %}\t\n\t{{ a }}", "x {% set a = 1 %}\ny", "{% set a = 1 -%}\n\n  y", "\u00a0{% set a = 1 %}y", "{{ n }}\n{{ n }}  \n", "{%if t%}x{%endif%}",
    "{%- for i in [1,2] -%}\n  {{ i }}\n{%- endfor -%}\n", "{% for i in [1,2] %}\n  {{ i }}\n{% endfor %}\n", "{{-1}}", "{{ -1 }}", "{{+1}}",
    # for
    "{% for x in numbers %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }};{% endfor %}",
    "{% for x in numbers %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}", "{% for x in [] %}a{% else %}none{% endfor %}", "{% for x in missing %}a{% else %}none{% endfor %}",
    "{% for x in numbers if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% else %}-{% endfor %}", "{% for x in numbers if x > 9 %}{{ x }}{% else %}none{% endfor %}",
    "{% for k, v in nested.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k, v in nested|dictsort %}{{ k }}{% endfor %}", "{% for k in nested %}{{ k }}{% endfor %}", "{% for c in 'abc' %}{{ c }}-{% endfor %}",
    "{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for a, b in [[1, 2, 3]] %}{% endfor %}", "{% for x in 5 %}{% endfor %}", "{% for x in none %}{% endfor %}",
    "{% for x in numbers %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "{% for x in numbers %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}", "{% break %}", "{% if t %}{% continue %}{% endif %}",
    "{% for x in numbers %}{% for y in [1, 2] %}{% if y == 2 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{{ loop.index }};{% endfor %}", "{% for x in numbers %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for x in [1, 1, 2] %}{{ loop.changed(x) }}{% endfor %}",
    "{% for n in tree recursive %}{{ n.v }}[{{ loop(n.kids) }}]{% endfor %}", "{% for n in tree recursive %}{{ loop.depth }}{{ loop(n.kids) }}{% endfor %}", "{% for n in numbers %}{{ loop(numbers) }}{% endfor %}",
    "{% set x = 0 %}{% for i in numbers %}{% set x = x + i %}{{ x }} {% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in numbers %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}", "{% for i in numbers %}{% endfor %}{{ i }}", "{% for i in [1] %}{{ loop is defined }}{% endfor %}{{ loop is defined }}",
    "{% for i in numbers %}{% set outer = loop %}{% for j in [1] %}{{ outer.index }}{% endfor %}{% endfor %}", "{% for i in range(3) %}{{ i }}{{ ',' if not loop.last }}{% endfor %}", "{% for m in messages %}{{ loop.index0 % 2 == 0 }}{% endfor %}", "{% for x in numbers[::-1] %}{{ x }}{% endfor %}",
    "{% for x in numbers|reverse %}{{ x }}{% endfor %}", "{% for x in 1, 2 %}{{ x }}{% endfor %}", "{% for i in numbers %}{{ i }}{% else %}{{ i }}{% endfor %}",
    # if, set, with
    "{% if n > 10 %}a{% elif n > 5 %}b{% else %}c{% endif %}", "{% if missing %}a{% endif %}b", "{% if not missing is defined %}a{% endif %}", "{% if t: %}a{% endif %}", "{% if false %}{{ 1|nonsense }}{% endif %}ok", "{% if true %}{{ 1|nonsense }}{% endif %}", "{{ 2 if true else 1|nonsense }}",
    "{% set a = 1 %}{{ a }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a = 1, 2 %}{{ a }}", "{% set (a, b) = [3, 4] %}{{ a }}{{ b }}", "{% set a, b = [1] %}", "{% set a %}x{{ n }}{% endset %}[{{ a }}]", "{% set a | upper | trim %} x{{ n }} {% endset %}[{{ a }}]", "{% if t %}{% set a = 1 %}{% endif %}{{ a }}", "{% set ns = namespace() %}{% set ns.a = 5 %}{{ ns.a }}", "{% set n.x = 1 %}", "{% set zz.x = 1 %}",
    "{% set ns = namespace(a=1, b='x') %}{% for i in [1, 2] %}{% set ns.a = ns.a * 2 %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns['a'] }}", "{% set true = 1 %}", "{% set a.b.c = 1 %}", "{% set ns = namespace(x=1) %}{% set ns.x, y = 4, 5 %}{{ ns.x }}{{ y }}", "{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}", "{% with %}{% set q = 3 %}{{ q }}{% endwith %}{{ q }}", "{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}",
    "{% set messages = messages[1:] %}{{ messages|length }}", "{% set x = 1 %}{% if t %}{% set x = 2 %}{% endif %}{{ x }}", "{% set range = 5 %}{{ range }}", "{% print n %}", "{% print n, 'a' %}", "{% set a = b = 1 %}", "{% set %}", "{% set 'a' = 1 %}",
    # macros
    "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(b=4, a=5) }} {{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(c=2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}", "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m(a, b=a ~ '!') %}{{ b }}{% endmacro %}{{ m('x') }}",
    "{% macro m(x) %}{% if x > 0 %}{{ x }}{{ m(x - 1) }}{% endif %}{% endmacro %}{{ m(3) }}", "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}in{{ n }}{% endcall %}", "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b=5) m() %}{{ a }}{{ b }}{% endcall %}", "{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}", "{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}", "{% macro m() %}{{ v }}{% endmacro %}{% set v = 1 %}{{ m() }}", "{% set v = 1 %}{% macro m() %}{% set v = 2 %}{{ v }}{% endmacro %}{{ m() }}{{ v }}",
    "{% for i in [1, 2] %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}", "{% macro m(a) -%}\n  {{ a }}\n{%- endmacro %}[{{ m(1) }}]", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}", "{% macro m(a=1, b) %}{% endmacro %}", "{% macro m(a) %}{{ a|upper }}{% endmacro %}{{ m('x')|length }}{{ m('y') ~ 'z' }}", "{% macro m(xs) %}{% for x in xs %}{{ x }}{% endfor %}{% endmacro %}{{ m([1]) }}{{ m(*[[2]]) }}{{ m(**{'xs': [3]}) }}", "{% call n() %}{% endcall %}", "{% call n %}{% endcall %}", "{% macro a() %}{% macro b() %}b{% endmacro %}{{ b() }}{% endmacro %}{{ a() }}{{ b is defined }}",
    # filter blocks, generation and the rest
    "{% filter upper %}a{{ n }}b{% endfilter %}", "{% filter replace('a', 'x')|upper %}abc{% endfilter %}", "{% filter nonsense %}{% endfilter %}", "a{% generation %}b{{ n }}{% endgeneration %}c", "{% for m in messages %}{% generation %}{{ m.role }}{% endgeneration %}\n{% endfor %}", "{% generation %}\n  x\n{% endgeneration %}\n", "{% generation %}{% set q = 1 %}{% endgeneration %}{{ q is defined }}",
    "{% frobnicate %}", "{% endif %}", "{% if t %}", "{% for x in numbers %}", "{% else %}", "{{", "{%", "{{ n", "{% if t", "{% if t %}{% endfor %}", "{% raw %}x", "{# x", "}} %} #}", "{{ n }} }}", "{{ }}", "{% %}", "{{ n }}{{ '\\'' }}{{ \"a'b\" }}", "{% set c = cycler(1, 2) %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.reset() }}{{ c.current }}", "{% set j = joiner('|') %}{% for x in numbers %}{{ j() }}{{ x }}{% endfor %}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{{ 'multi\nline' }}", "{{ n\n+\n1 }}", "{{ messages[\n0\n].role }}", "{% if (n > 5\n and t) %}x{% endif %}", "{{ ('a' if t else 'b') + 'c' }}", "{{ 'a' + ('b' if t) }}", "{{ 'a' + ('b' if not t) }}", "{% set a = 'x' if t else 'y' %}{{ a }}", "{% set a = not t %}{{ a }}", "ünïcödé {{ 'ß' }} \\ {% if t %}→{% endif %}", "{% set größe = 3 %}{{ größe }}", "{{ n;n }}", "{{ n, }}", "{% do n %}", "{% trans %}x{% endtrans %}", "{{ [1,2][0] }}{{ {'a':1}.a }}{{ 'abc'[1] }}{{ (1,2)[1] }}", "{{ {'get': 1}['get'] }}", "{{ 'a'.upper is callable }}",
]

SNIPPETS = ["{{ " + line + " }}" for line in EXPRESSIONS.strip().split("\n")] + TEMPLATES
SNIPPETS = list(dict.fromkeys(SNIPPETS))
