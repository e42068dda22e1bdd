"""Prints rows {"template", "text"} or {"template", "error"} for jinja_test.go: probes of the language rendered by jinja2 as transformers sets it up.
Run: python gen.py > probes.jsonl (transformers 5.23.0, jinja2 3.1.6)."""
import json
import re

from transformers.utils.chat_template_utils import render_jinja_template

MESSAGES = [
    {"role": "system", "content": " Be good. "},
    {"role": "user", "content": "Hi <b>\n there"},
    {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {"a": [1, 2.5, None, True, "é"], "b": {"z": "y'\""}}}}]},
    {"role": "tool", "content": "42", "name": "f"},
]
E = r"""
1 + 2 * 3 - 4 / 2 ~ 'x'|7 // 2, -7 // 2, 7 % 3, -7 % 3, 2 ** 10, 2 ** -1|7.0 // 2, 1e3, 1.5e-7, 10 / 4|'a' 'b' + 'c' * 3|[1, 2] + [3], (1, 2), [(1,)], []
{'a': 1, 'b': [none, true, 1.0]}|none|true|1 == 1.0, 1 == true, 'a' < 'b', 1 < 2 < 3, 3 > 2 > 2|not 1 == 2|not true or true and false|1 in [1, 2], 'a' not in 'cat', 'x' in {'x': 1}
messages[0].role, messages[-1]['name'], messages[9] is defined|messages[0]['content'][1:3], 'abc'[::-1], [1, 2, 3][-2:], [1, 2, 3, 4][::2]|messages[1:] | length|messages | map(attribute='role') | list
messages | selectattr('role', 'equalto', 'user') | list | length|messages | rejectattr('role', 'in', ['user', 'tool']) | map(attribute='role') | join(',')|[1, 0, 2] | select | list|[3, 1, 2] | sort, [3, 1, 2] | sort(reverse=true)
'  a b ' | trim ~ '|'|' a '.strip(), 'xxaxx'.strip('x'), 'xxa'.lstrip('x'), 'axx'.rstrip('x')|'a,b,,c'.split(','), ' a  b '.split(), 'a,b,c'.split(',', 1)|'abcabc'.replace('b', 'X'), 'abcabc'.replace('b', 'X', 1), 'aaa' | replace('a', 'b')
'Abc'.upper(), 'ABC' | lower, 'hello world' | title, 'hELLO' | capitalize|'abc'.startswith('a'), 'abc'.endswith(('x', 'c'))|'a-b'.join(['1', '2']), [1, 2] | join('-')|'abc'.find('c'), 'abca'.count('a'), '12'.isdigit(), 'a\\nb\\n'.splitlines()
messages[2].tool_calls[0].function.arguments | tojson|messages[2].tool_calls[0].function | tojson(indent=2)|messages[2].tool_calls[0].function.arguments|messages[2].tool_calls[0].function.arguments.items() | list
messages[2].tool_calls[0].function.arguments | items | list|messages[2].tool_calls[0].function.arguments.keys() | list, {'a': 1}.get('a'), {'a': 1}.get('b', 5), {'a': 1}.get('b')|{'b': 1, 'a': 2} | dictsort|{'a': 1} | tojson(separators=(',', ':'))
missing|missing is defined, missing is undefined, missing is none|missing | default('d'), none | default('d'), none | default('d', true), '' | d('x', boolean=true)|missing.x|missing + 'a'|missing ~ 'a'|missing == missing|missing | length|messages[2].content is none, messages[2].content is string
messages[0].nothing is defined, messages[0].nothing.more is defined|1 is number, 1.5 is float, true is boolean, 1 is integer, true is integer, 'a' is string, {} is mapping, [] is sequence, 'a' is iterable, 1 is iterable
2 is even, 3 is odd, 4 is divisibleby 2, 1 is eq 1, 1 is sameas 1|true is true, 1 is true, 'a' is lower|'%s is %d, %r, %.2f%%' % ('a', 3, 'b', 1.005)|'%d' % 3.9|'x' if true|'x' if false|'x' if false else 'y'|range(3) | list, range(1, 6, 2) | list, range(3, 0, -1) | list
'5' | int, 'x' | int, 'x' | int(7), 3.9 | int, '2.5' | float, -3 | abs|[1, 2, 3] | first, [1, 2, 3] | last, [] | first|[1, 2, 1] | unique | list, [1, 2] | reverse | list, 'abc' | reverse|'a\\nb\\n\\nc' | indent(2), 'a\\nb' | indent(2, true)
'é' | length, '🦙'[0], '日本'[1]|'\\u00e9\\x41\\t|' ~ "it's" ~ 'q"q'|10000000000000000000000 + 1, 9223372036854775807 + 1, 1e16, 1e15, 0.1 + 0.2|100000 * 100000 * 100000 * 100000|1 / 0|'a' + 1|[1] + 'a'|'a' < 1|{1: 2}
namespace(a=1).a|dict(a=1, b='x')|raise_exception('boom')|messages.foo|'abc'.foo|'abc'.upper|(1, 2)[0], (1)|[1, [2, [3]]] | string, 'a' | string|'a' | upper | lower ~ 'B'|-1 | abs, - 1, +2, --3|1 if 0 else 2 if 0 else 3|[] or 'e', 0 or none, 'a' and 'b'|'a' is in ['a'], 'a' is not string
"""
# Probes of expressions stand between bars without spaces; a filter has spaces around its bar.
PROBES = ["{{ " + e + " }}" for e in re.split(r"(?<! )\|(?! )|\n", E.strip())]
PROBES += [
    "a\n{% if true %}\nb\n{% endif %}\nc\n", "  {% if true %}  x  {% endif %}  \n y", "  {%- if true -%}  x  {%- endif -%}  \n y", "  {%+ if true +%}  x\n  {%+ endif %}\n y", "a {# c #}\n  {# d #}\nb{#- e -#}  f",
    "{% for m in messages %}{{ loop.index }}{{ loop.first }}{{ loop.last }}{{ loop.revindex }}{{ loop.length }}{{ loop.index0 }}{{ m.role }};{% endfor %}",
    "{% for m in messages if m.role != 'user' %}{{ loop.index }}{{ m.role }}{{ loop.previtem.role }}{{ loop.nextitem.role }};{% else %}none{% endfor %}",
    "{% for x in [] %}a{% else %}none{% endfor %}", "{% for x in missing %}a{% else %}none{% endfor %}", "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }},{% endfor %}",
    "{% for k in {'a': 1} %}{{ k }}{% endfor %}{% for c in 'aé🦙' %}{{ c }}.{% endfor %}", "{% for x in [1,2,3,4] %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% set x = 1 %}{% for i in [1,2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=1) %}{% for i in [1,2] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}",
    "{% if false %}{% elif 1 %}b{% else %}c{% endif %}", "{% set a, b = 1, 'x' %}{{ a }}{{ b }}", "{% set x %}  hi {{ 1 + 1 }}{% endset %}[{{ x }}]{{ x | length }}", "{% if true %}{% set x = 5 %}{% endif %}{{ x }}",
    "{% macro f(a, b=2, c=none) %}<{{ a }},{{ b }},{{ c }}>{% endmacro %}{{ f(1) }}{{ f(1, 3) }}{{ f(b=5, a=4) }}{{ f() }}", "{% macro f(x) %}{% if x %}{{ x[0] }}{{ f(x[1:]) }}{% endif %}{% endmacro %}{{ f([1,2,3]) }}",
    "{% set y = 7 %}{% macro f() %}{{ y }}{% endmacro %}{{ f() }}", "{% raw %}{{ x }} {% if %}{% endraw %}!", "a{% raw -%}  x  {%- endraw %}b", "{{ '{{' }}{{ '%}' }}", "{{ 1 }}\n", "{{ 1 }}\n\n", "x\r\ny\rz", "\n{%- set a = 1 -%}\n{{- a -}}\n",
    "{% generation %}g{{ 1 }}{% endgeneration %}", "{% for i in range(2) %}{% for j in range(2) %}{{ loop.depth }}{{ i }}{{ j }} {% endfor %}{% endfor %}", "{% for i in [1,2,3] %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% set messages = messages[1:] %}{{ messages[0].role }}", "{{ messages[0]['content'] | trim + '!' }}", "{{ 'a' ~ 1 ~ none ~ missing }}", "{{ add_generation_prompt }}{{ tools }}{{ bos_token }}", "{% if tools %}t{% endif %}{% if tools is not none %}n{% endif %}",
    "{% set _ = [].append(1) %}", "{{ ''.__class__ }}", "{{ messages.__class__.__mro__ }}", "{% for %}{% endfor %}", "{{ 1", "{% if x %}", "{% endif %}", "{{ 'a }}", "{{ }}", "{{ 1 + }}", "{% foo %}", "{{ x | nofilter }}", "{{ x is notest }}", "{# open", "{% raw %}x",
    "{% do 1 %}x", "{{ (1, 2) | tojson }}", "{{ missing | tojson }}", "{{ {'a': 'é\\n\\u2028</'} | tojson }}", "{{ 1.0 | tojson }}{{ true | tojson }}{{ none | tojson }}", "{{ messages[1].content[:2] ~ messages[0].content | trim }}",
    "{{- 'x' -}}   {{ 'y' }}  \n  {{ 'z' }}\n{% set q = 1 %}   \nw", "   {# c #}   \n{% set q = 1 %}\n   {% set r = 2 %}x", "{{ messages | map(attribute='role') | map('upper') | join('/') }}", "{{ '' if messages[0].content else 'n' }}|",
]


def row(t):
    try:
        return {"template": t, "text": render_jinja_template(conversations=[MESSAGES], chat_template=t, bos_token="<bos>")[0][0]}
    except Exception as e:
        return {"template": t, "error": type(e).__name__}


print(json.dumps({"messages": MESSAGES}))
for t in dict.fromkeys(PROBES):
    print(json.dumps(row(t)))
