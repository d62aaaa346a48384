"""Ways that data can take through a handler, to be combined: where it comes in, what carries it, what it reaches.

Each carrier makes `bar` from `param`, and `real` says whether anything of `param` is left in it.
"""

from __future__ import annotations

import itertools
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
    "param = ''\nfor name in request.form.keys():\n    if 'a' in request.form.getlist(name):\n        param = name\n        break",
    "param = ''\nfor name, value in request.headers.items():\n    param = value",
    "values = request.args.getlist('a')\nparam = values[0] if values else ''",
    "query = request.query_string.decode()\nat = query.find('a=')\nparam = query[at + 2:]\nif '&' in param:\n    param = param[:param.index('&')]",
)

CARRIERS: tuple[tuple[bool, str], ...] = (
    (True, "bar = param"),
    (False, "bar = 'constant'"),
    (True, "num = 106\nbar = 'safe' if 7 * 18 + num < 200 else param"),
    (False, "num = 106\nif 7 * 18 + num > 200:\n    bar = 'safe'\nelse:\n    bar = param"),
    (True, "bar = ''\nif param:\n    bar = param.split(' ')[0]"),
    (True, "guess = 'ABC'\nswitch = guess[1]\nmatch switch:\n    case 'A':\n        bar = 'x'\n    case 'B':\n        bar = param\n    case _:\n        bar = 'y'"),
    (False, "guess = 'ABC'\nmatch guess[0]:\n    case 'A':\n        bar = 'x'\n    case 'C' | 'D':\n        bar = param\n    case _:\n        bar = param"),
    (True, "table = {}\ntable['a'] = 'x'\ntable['b'] = param\ntable['c'] = 'y'\nbar = table['b']"),
    (False, "table = {}\ntable['a'] = 'x'\ntable['b'] = param\nbar = table['b']\nbar = table['a']"),
    (True, "values = []\nvalues.append('safe')\nvalues.append(param)\nvalues.append('more')\nvalues.pop(0)\nbar = values[0]"),
    (False, "values = []\nvalues.append('safe')\nvalues.append(param)\nvalues.append('more')\nvalues.pop(0)\nbar = values[1]"),
    (True, "conf = configparser.ConfigParser()\nconf.add_section('s')\nconf.set('s', 'a', 'x')\nconf.set('s', 'b', param)\nbar = conf.get('s', 'b')"),
    (False, "conf = configparser.ConfigParser()\nconf.add_section('s')\nconf.set('s', 'a', 'x')\nconf.set('s', 'b', param)\nbar = conf.get('s', 'a')"),
    (True, "conf = configparser.ConfigParser()\nconf['s'] = {}\nconf['s']['b'] = param\nbar = conf['s']['b']"),
    (False, "conf = configparser.ConfigParser()\nconf['s'] = {'a': 'x', 'b': param}\nbar = conf['s']['a']"),
    (True, "bar = base64.b64decode(base64.b64encode(param.encode())).decode()"),
    (True, "bar = urllib.parse.unquote(urllib.parse.quote(param))"),
    (True, "bar = f'{param}-x'"),
    (True, "bar = '%s-%s' % (param, 'x')"),
    (False, "bar = '%s-%s' % ('x', len(param))"),
    (True, "bar = '{0}'.format(param)"),
    (True, "bar = ''.join([each for each in (param, 'x')])"),
    (True, "out = io.StringIO()\nout.write('a')\nout.write(param)\nout.seek(0)\nbar = out.read()"),
    (False, "out = io.StringIO()\nout.write('a')\nignored = io.StringIO(param)\nbar = out.getvalue()"),
    (True, "def inner(value):\n    return value.strip()\nbar = inner(param)"),
    (False, "def inner(value):\n    return 'x' if value else 'y'\nbar = inner(param)"),
    (True, "class Box:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\nbox = Box('x', param)\nbar = box.b"),
    (False, "class Box:\n    def __init__(self, a, b):\n        self.a, self.b = a, b\nbox = Box('x', param)\nbar = box.a"),
    (True, "bar = 'x'\nfor each in ['a', param]:\n    bar = each"),
    (True, "one, two = 'x', param\none, two = two, one\nbar = one"),
    (False, "one, two = 'x', param\none, two = two, one\nbar = two"),
    (True, "try:\n    bar = param.upper()\nexcept ValueError:\n    bar = ''"),
    (True, "bar = copy.deepcopy({'a': [param]})['a'][0]"),
    (True, "bar = (lambda value: value + 'x')(param)"),
    (True, "bar = param[:-1] + 'Z'"),
    (False, "bar = param\nbar = 'over'"),
    (True, "stack = collections.deque()\nstack.append(param)\nstack.append('x')\nbar = stack.popleft()"),
    (False, "stack = collections.deque()\nstack.append(param)\nstack.append('x')\nbar = stack.pop()"),
    (True, "bar = functools.reduce(lambda a, b: a + b, [param, 'x'])"),
    (True, "bar = ours.change(param)"),
    (False, "bar = str(len(param) * 2)"),
    (True, "pair = dict(a=param, b='x')\npair.update(c='y')\nbar = pair.get('a')"),
    (False, "pair = dict(a=param, b='x')\nbar = pair.get('b', 'none')"),
    (True, "bar = ''\nbar += 'x'\nbar += param"),
    (True, "with contextlib.closing(io.StringIO(param)) as out:\n    bar = out.read()"),
    (False, "bar = param if isinstance('x', str) and 1 > 2 else 'x'"),
    (True, "bar = [param, 'x'][::-1][1]"),
    (False, "bar = [param, 'x'][::-1][0]"),
    (True, "bar, *others = [param, 'x', 'y']"),
    (True, "bar = str(param).replace('a', 'b').lower()"),
    (False, "bar = {'a': 'x', 'b': 'y'}.get(param, 'z')"),
    (False, "bar = param\nif bar not in ('a', 'b'):\n    bar = 'a'"),
)  # fmt: skip

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


def paths() -> Iterator[tuple[str, bool, str]]:
    """A rule, whether it holds, and the code, for each carrier and sink; sources take turns."""
    sources = itertools.cycle(SOURCES)
    for (real, carrier), (rule, sink) in itertools.product(CARRIERS, SINKS):
        body = "\n".join((next(sources), carrier, sink, "return {}"))
        yield rule, real, _HEAD + textwrap.indent(body, " " * 8) + "\n"
