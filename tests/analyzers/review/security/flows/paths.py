"""Ways that data can take through a handler, to be combined: where it comes in, what carries it, what it reaches.

Each carrier makes `bar` from `param`; what stands above it says whether anything of `param` is left in that.
"""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator

SOURCES = (
    'param = request.args.get("a")',
    'param = request.form["a"]',
    'param = request.values.get("a", "x")',
    'param = request.headers.get("X-A")',
    'param = request.cookies.get("a", "none")',
    'param = request.args.getlist("a")[0]',
    "param = request.path.split('/')[-1]",
    "param = request.query_string.decode('utf-8')",
    "param = urllib.parse.unquote_plus(request.cookies['a'])",
    "param = request.get_json()['a']",
    "param = next(iter(request.form.keys()))",
    "param = ''\nfor name in request.form.keys():\n    if 'a' in request.form.getlist(name):\n        param = name",
    "param = ''\nfor name, value in request.headers.items():\n    param = value",
    "values = request.args.getlist('a')\nparam = values[0] if values else ''",
    "query = request.query_string.decode()\nat = query.find('a=')\nparam = query[at + 2:]\n"
    "if '&' in param:\n    param = param[:param.index('&')]",
)

CARRIERS = """\
kept
    bar = param
gone
    bar = 'constant'
kept
    num = 106
    bar = 'safe' if 7 * 18 + num < 200 else param
gone
    num = 106
    if 7 * 18 + num > 200:
        bar = 'safe'
    else:
        bar = param
kept
    bar = ''
    if param:
        bar = param.split(' ')[0]
kept
    guess = 'ABC'
    switch = guess[1]
    match switch:
        case 'A':
            bar = 'x'
        case 'B':
            bar = param
        case _:
            bar = 'y'
gone
    guess = 'ABC'
    match guess[0]:
        case 'A':
            bar = 'x'
        case 'C' | 'D':
            bar = param
        case _:
            bar = param
kept
    table = {}
    table['a'] = 'x'
    table['b'] = param
    table['c'] = 'y'
    bar = table['b']
gone
    table = {}
    table['a'] = 'x'
    table['b'] = param
    bar = table['b']
    bar = table['a']
kept
    values = []
    values.append('safe')
    values.append(param)
    values.append('more')
    values.pop(0)
    bar = values[0]
gone
    values = []
    values.append('safe')
    values.append(param)
    values.append('more')
    values.pop(0)
    bar = values[1]
kept
    conf = configparser.ConfigParser()
    conf.add_section('s')
    conf.set('s', 'a', 'x')
    conf.set('s', 'b', param)
    bar = conf.get('s', 'b')
gone
    conf = configparser.ConfigParser()
    conf.add_section('s')
    conf.set('s', 'a', 'x')
    conf.set('s', 'b', param)
    bar = conf.get('s', 'a')
kept
    conf = configparser.ConfigParser()
    conf['s'] = {}
    conf['s']['b'] = param
    bar = conf['s']['b']
gone
    conf = configparser.ConfigParser()
    conf['s'] = {'a': 'x', 'b': param}
    bar = conf['s']['a']
kept
    bar = base64.b64decode(base64.b64encode(param.encode())).decode()
kept
    bar = urllib.parse.unquote(urllib.parse.quote(param))
kept
    bar = f'{param}-x'
kept
    bar = '%s-%s' % (param, 'x')
gone
    bar = '%s-%s' % ('x', len(param))
kept
    bar = '{0}'.format(param)
kept
    bar = ''.join([each for each in (param, 'x')])
kept
    out = io.StringIO()
    out.write('a')
    out.write(param)
    out.seek(0)
    bar = out.read()
gone
    out = io.StringIO()
    out.write('a')
    ignored = io.StringIO(param)
    bar = out.getvalue()
kept
    def inner(value):
        return value.strip()
    bar = inner(param)
gone
    def inner(value):
        return 'x' if value else 'y'
    bar = inner(param)
kept
    class Box:
        def __init__(self, a, b):
            self.a, self.b = a, b
    box = Box('x', param)
    bar = box.b
gone
    class Box:
        def __init__(self, a, b):
            self.a, self.b = a, b
    box = Box('x', param)
    bar = box.a
kept
    bar = 'x'
    for each in ['a', param]:
        bar = each
kept
    one, two = 'x', param
    one, two = two, one
    bar = one
gone
    one, two = 'x', param
    one, two = two, one
    bar = two
kept
    try:
        bar = param.upper()
    except ValueError:
        bar = ''
kept
    bar = copy.deepcopy({'a': [param]})['a'][0]
kept
    bar = (lambda value: value + 'x')(param)
kept
    bar = param[:-1] + 'Z'
gone
    bar = param
    bar = 'over'
kept
    stack = collections.deque()
    stack.append(param)
    stack.append('x')
    bar = stack.popleft()
gone
    stack = collections.deque()
    stack.append(param)
    stack.append('x')
    bar = stack.pop()
kept
    bar = functools.reduce(lambda a, b: a + b, [param, 'x'])
kept
    bar = ours.change(param)
gone
    bar = str(len(param) * 2)
kept
    pair = dict(a=param, b='x')
    pair.update(c='y')
    bar = pair.get('a')
gone
    pair = dict(a=param, b='x')
    bar = pair.get('b', 'none')
kept
    bar = ''
    bar += 'x'
    bar += param
kept
    with contextlib.closing(io.StringIO(param)) as out:
        bar = out.read()
gone
    bar = param if isinstance('x', str) and 1 > 2 else 'x'
kept
    bar = [param, 'x'][::-1][1]
gone
    bar = [param, 'x'][::-1][0]
kept
    bar, *others = [param, 'x', 'y']
kept
    bar = str(param).replace('a', 'b').lower()
gone
    bar = {'a': 'x', 'b': 'y'}.get(param, 'z')
gone
    bar = param
    if bar not in ('a', 'b'):
        bar = 'a'
"""

SINKS = (
    ("code-injection", "exec(bar)"),
    ("command-injection", "os.system(f'echo {bar}')"),
    ("command-injection", "args = ['sh', '-c', f'echo {bar}']\nsubprocess.run(args, capture_output=True)"),
    ("unsafe-deserialization", "pickle.loads(base64.urlsafe_b64decode(bar))"),
    ("ldap-injection", "conn = ldap3.Connection('x')\nfilter = f'(&(a=b)(uid={bar}))'\nconn.search('dc=x', filter)"),
    ("open-redirect", "return redirect(bar)"),
    ("path-traversal", "name = f'/data/{bar}'\nwith open(name, 'rb') as fd:\n    RESPONSE = str(fd.read(9))"),
    ("path-traversal", "p = pathlib.Path('/data') / bar\nprint(p.read_text()[:9])"),
    ("sql-injection", "sql = f\"SELECT a FROM t WHERE p='{bar}'\"\ncon = db()\ncur = con.cursor()\ncur.execute(sql)"),
    ("trust-boundary", "session['a'] = bar"),
    ("trust-boundary", "session[bar] = '1'"),
    ("xpath-injection", "root = lxml.etree.parse('x')\nq = f\"/a/b[@id='{bar}']\"\nnodes = root.xpath(q)"),
    ("xss", "out = 'x'\nout += f'<p>{bar}</p>'\nreturn out"),
    ("xxe", "parser = xml.sax.make_parser()\nparser.setFeature(xml.sax.handler.feature_external_ges, True)\n"
            "doc = xml.dom.minidom.parseString(bar, parser)"),
)  # fmt: skip

_HEAD = """\
import base64, collections, configparser, contextlib, copy, functools, io, os, pathlib, pickle, subprocess, urllib.parse
import xml.dom.minidom, xml.sax, xml.sax.handler
import ldap3, lxml.etree
from flask import Flask, redirect, request, session
import ours
from ours import db

def init(app):
    @app.route("/x/001", methods=["GET", "POST"])
    def handler():
        RESPONSE = ""
"""


def carriers() -> list[tuple[bool, str]]:
    """Whether it carries the data, and its code."""
    found = re.findall(r"^(kept|gone)\n((?: {4}.*\n)+)", CARRIERS, re.MULTILINE)
    return [(word == "kept", textwrap.dedent(code).rstrip()) for word, code in found]


def paths() -> Iterator[tuple[str, bool, str]]:
    """A rule, whether it holds, and the code, for each carrier and sink; sources take turns."""
    sources = itertools.cycle(SOURCES)
    for (real, carrier), (rule, sink) in itertools.product(carriers(), SINKS):
        body = "\n".join((next(sources), carrier, sink, "return {}"))
        yield rule, real, _HEAD + textwrap.indent(body, " " * 8) + "\n"
