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
kept
    values = ['x']
    values.insert(0, param)
    bar = values[0]
gone
    values = ['x']
    values.insert(0, param)
    bar = values[1]
kept
    values = ['x']
    values.extend([param, 'y'])
    bar = values[-2]
gone
    values = [param]
    values.clear()
    values.append('x')
    bar = values[0]
kept
    values = ['x', param]
    values.reverse()
    bar = values.copy()[0]
kept
    values = ['x', param]
    values.sort()
    bar = values[0]
kept
    values = ['x']
    values += [param]
    bar = (values + ['y'])[1]
gone
    values = ['x']
    values += [param]
    bar = str(values.index('x')) + str(values.count('x'))
kept
    table = {'a': 'x'}
    bar = table.setdefault('b', param)
gone
    table = {'a': 'x', 'b': param}
    table.pop('b')
    bar = table.get('b', 'none')
kept
    table = {'a': param}
    bar = list(table.values())[0]
gone
    table = {'a': param}
    bar = list(table.keys())[0]
kept
    table = {'a': param}
    bar = ''
    for key, value in table.items():
        bar += value
kept
    table = {**{'a': param}, 'b': 'x'} | {'c': 'y'}
    bar = table['a']
gone
    table = {'a': param}
    del table['a']
    table.clear()
    table['a'] = 'x'
    bar = table.copy()['a']
kept
    names = set()
    names.add(param)
    names.update({'x'})
    bar = names.pop()
kept
    table = collections.defaultdict(list)
    table['a'].append('x')
    table['a'] = [param]
    bar = table['a'][0]
kept
    count = 0
    bar = ''
    while count < 3:
        count += 1
        if count == 1:
            continue
        bar = param
        break
    else:
        bar = 'x'
gone
    count = 10
    bar = 'x'
    while count < 3:
        bar = param
        count += 1
kept
    bar = 'x'
    for _ in range(3):
        for _ in range(3):
            bar = bar + param
kept
    bar = 'x'
    while True:
        bar = param
        break
gone
    bar = param
    try:
        raise ValueError
    finally:
        bar = 'x'
    bar = 'y'
kept
    try:
        number = int('x')
        bar = 'x'
    except (ValueError, TypeError) as error:
        bar = param
    else:
        bar = 'y'
    finally:
        number = 0
kept
    bar = 'x'
    def put():
        nonlocal bar
        bar = param
    put()
kept
    global shared
    shared = param
    def get():
        return shared
    bar = get()
gone
    bar = param
    assert bar in ('a', 'b')
gone
    bar = param
    assert bar == 'a'
kept
    match param:
        case '':
            bar = 'x'
        case other if len(other) > 3:
            bar = other
        case _:
            bar = 'y'
gone
    match param:
        case 'a' | 'b':
            bar = param
        case _:
            bar = 'x'
gone
    match None:
        case None:
            bar = 'x'
        case _:
            bar = param
kept
    match {'a': param}:
        case {'a': value, **others}:
            bar = value
        case _:
            bar = 'x'
gone
    bar = 'x' if not (param and False) else param
gone
    bar = 'x' if param is None or 1 < 2 else param
kept
    bar = param or 'x'
kept
    if (value := param):
        bar = value
    else:
        bar = 'x'
kept
    bar = ''.join(map(lambda value: value, [param]))
kept
    bar = ''.join(filter(None, ['x', param]))
kept
    bar = [value for _, value in enumerate([param])][0]
kept
    bar = [one for one, other in zip([param], ['x'])][0]
gone
    bar = ''.join(value for value in param if value.isalnum())
kept
    bar = {key: value for key, value in [('a', param)]}['a']
kept
    box = types.SimpleNamespace(a=param, b='x')
    bar = box.a
gone
    box = types.SimpleNamespace(a=param, b='x')
    bar = box.b
kept
    class Base:
        kind = 'x'
        def get(self):
            return self.value
    class Box(Base):
        pass
    box = Box()
    box.value = param
    bar = box.get()
gone
    class Base:
        kind = 'x'
        def get(self):
            return self.kind
    class Box(Base):
        pass
    box = Box()
    box.value = param
    bar = box.get()
kept
    class Box:
        @classmethod
        def of(cls, value):
            box = cls()
            box.value = value
            return box
        @property
        def text(self):
            return self.value
    bar = Box.of(param).text
kept
    class Box:
        @staticmethod
        def same(value):
            return value
    bar = Box.same(param)
kept
    @dataclasses.dataclass
    class Box:
        a: str
        b: str = 'x'
    bar = Box(param).a
gone
    @dataclasses.dataclass
    class Box:
        a: str
        b: str = 'x'
    bar = Box(param, 'y').b
kept
    def inner(*values, **named):
        return values[1] + named['a']
    bar = inner('x', 'y', a=param)
gone
    def inner(*values, **named):
        return values[0]
    bar = inner('x', param, a=param)
kept
    def inner(a, b='x', *, c='y'):
        return c
    bar = inner('x', *['z'], **{'c': param})
gone
    def inner(a, b='x', *, c='y'):
        return b + c
    bar = inner(param)
kept
    def inner():
        yield from [param, 'x']
    bar = next(inner())
kept
    def wrap(function):
        def inner(*values):
            return function(*values)
        return inner
    @wrap
    def same(value):
        return value
    bar = same(param)
gone
    def wrap(function):
        def inner(*values):
            return 'x'
        return inner
    @wrap
    def same(value):
        return value
    bar = same(param)
kept
    def again(value, count):
        return value if count == 0 else again(value, count - 1)
    bar = again(param, 3)
gone
    def strict(value):
        if not value.isalnum():
            raise ValueError(value)
    bar = param
    strict(bar)
gone
    def fine(value):
        return value in {'a', 'b'}
    bar = param
    if not fine(bar):
        bar = 'a'
gone
    bar = param
    ok = re.fullmatch('[a-z]+', bar)
    if ok is None:
        return {}
    if not ok:
        return {}
gone
    bar = param
    if not all(each in 'abc' for each in bar):
        return {}
gone
    bar = re.sub('[^a-z]', '', param)
gone
    PATTERN = re.compile('^[a-z]+$')
    bar = param
    if not PATTERN.match(bar):
        return {}
gone
    bar = 'abc'.upper()[1:2].replace('B', 'x').join(['1', '2'])
gone
    bar = str(min(3, max(1, 2)) + -1) + chr(65) + ('x' * 3) + '%d' % 5
gone
    bar = '{} {name}'.format('x', name='y')
kept
    bar = '{} {name}'.format('x', name=param)
kept
    bar = '%(a)s' % {'a': param}
gone
    bar = 'x' + f'{param.isdigit()}' + f'{len(param):d}'
kept
    bar = getattr(types.SimpleNamespace(a=param), 'a')
kept
    bar: str = param
    bar = bar
kept
    values = [['x', param]]
    bar = values[0][1]
kept
    async def later(value):
        return value
    bar = ours.run(later(param))
gone
    bar = ['x', 'y'][0] if 'x' in ['x', 'y'] else param
gone
    bar = 'x' if 'a' in {'a': 1} and 3 not in (1, 2) else param
kept
    bar = param
    if bar in ('a', 'b') or bar.startswith('x'):
        pass
kept
    bar = functools.partial(lambda value: value, param)()
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
import base64, collections, configparser, contextlib, copy, dataclasses, functools, io, os, pathlib, pickle, re
import subprocess, types, urllib.parse
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
