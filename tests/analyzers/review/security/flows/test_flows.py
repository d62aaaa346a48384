"""What is said of a flow, how sure it is, and what keeps the pass within bounds."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultline.analyzers.review.observation import Observation
from faultline.analyzers.review.security.flows import check, unless_followed
from faultline.analyzers.review.security.flows.core import OutOfSteps
from faultline.analyzers.review.security.flows.machine import Machine
from faultline.analyzers.review.security.flows.tables import tables
from faultline.analyzers.review.security.flows.values import constants
from faultline.analyzers.review.source import Source


def seen(code: str) -> list[Observation]:
    """What is seen in some code, in the order of its lines."""
    return sorted(check(Source("app.py", dedent(code))), key=lambda each: (each.line, each.rule))


HANDLER = """\
import os
from flask import Flask, request
app = Flask(__name__)

class Pages:
    @app.route("/x")
    def show():
        name = request.args["name"]
        os.system(
            "ls " + name
        )
        return {}
"""


def test_a_flow_names_its_source_its_sink_the_lines_of_both_and_the_function() -> None:
    (told,) = seen(HANDLER)
    assert told.rule == "security/command-injection"
    assert (told.line, told.end_line, told.because) == (9, 11, (8,))
    assert told.message == "`request.args` from line 8 reaches `os.system`."
    assert told.symbol == "Pages.show"


def test_what_anybody_can_send_is_surer_than_what_a_caller_gives() -> None:
    (web,) = seen(HANDLER)
    (parameter,) = seen("import os\ndef run(command):\n    os.system('ls ' + command)\n")
    assert (web.confidence or 0) > 0.9 > 0.6 > (parameter.confidence or 0) >= 0.5
    assert "the parameter `command`" in parameter.message.lower()


@pytest.mark.parametrize(
    "code",
    [
        "def read(path):\n    return open(path).read()\n",
        "import requests\ndef fetch(url):\n    return requests.get(url, timeout=1)\n",
        "import re\ndef find(pattern, text):\n    return re.search(pattern, text)\n",
        "import logging\ndef note(name):\n    logging.info('name %s', name)\n",
        "def drop(cursor, table):\n    cursor.execute(f'DROP TABLE {table}')\n",
        "import subprocess\ndef run(arguments):\n    subprocess.run(arguments, check=True)\n",
        "def page(name):\n    return '<p>' + name\n",
    ],
)
def test_what_libraries_do_with_their_parameters_is_not_told(code: str) -> None:
    assert seen(code) == []


CALLED = """\
import os
def run(command):
    os.system(command)
def start():
    run("start")
"""


def test_a_function_that_is_called_in_its_file_is_judged_by_its_calls() -> None:
    assert seen(CALLED) == []
    (told,) = seen(CALLED + "def other(name):\n    run('x ' + name)\n")
    assert (told.line, told.because) == (3, (6,))


def test_work_on_one_file_is_bounded_and_said() -> None:
    loops = "".join("    " * depth + f"for a{depth} in x{depth}:\n" for depth in range(1, 12))
    code = "import os\ndef f(x):\n" + loops + "    " * 12 + "os.system(x)\n"
    machine = Machine(tables(), code, budget=20)
    with pytest.raises(OutOfSteps):
        machine.read(ast.parse(code))
    functions = "".join(f"def f{n}(a):\n    f{n + 1}(a + 'x'); f{n + 1}(a + 'y'); f{n + 1}([a])\n" for n in range(40))
    source = Source("app.py", "import os\n" + functions + "def f40(a):\n    os.system(a)\n    f0(a)\n")
    list(check(source))
    assert set(source.unread) <= {"flows"}


def test_a_recursive_function_ends() -> None:
    code = """
    import os
    def f(a, n):
        if n == 0:
            os.system("ls " + a)
        return f(a + "x", n - 1)
    """
    assert [each.line for each in seen(code)] == [5]


def test_an_own_class_that_is_its_own_base_ends() -> None:
    assert seen("import os\nclass A:\n    pass\nclass A(A):\n    pass\nA().x\nos.system(A().y)\n") == []


def test_a_bare_diff_is_followed_as_far_as_it_is_known() -> None:
    text = "\n" * 40 + "    name = request.args['name']\n    os.system('ls ' + name)\n    return name\n"
    source = Source("app.py", "import os\nfrom flask import request\n" + text, partial=True)
    assert [(each.rule, each.line) for each in check(source)] == [("security/command-injection", 44)]


def test_other_languages_and_files_without_sinks_are_left_alone() -> None:
    assert list(check(Source("a.js", "eval(request.args)"))) == []
    assert list(check(Source("a.py", "x = 1\n"))) == []
    source = Source("a.py", "eval(")
    assert list(check(source)) == []
    assert "syntax" in source.unread


@given(st.text(alphabet="abcdef().[]{}=+-*/%'\"\\ \n:,_#@", max_size=120))
@settings(deadline=None)
def test_nothing_that_a_file_says_makes_it_raise(text: str) -> None:
    list(check(Source("a.py", "import os\nos.system(request.args)\n" + text)))


def values(code: str) -> dict[str, object]:
    """The certain values, by the expression's text."""
    return {ast.unparse(node): value for node, value in constants(Source("a.py", dedent(code))).items()}


def test_certain_values_are_known_through_dicts_branches_and_calls() -> None:
    found = values(
        """
        NAMES = {"a": "md5", "b": "sha256"}
        def pick(key):
            return NAMES[key]
        def use(strong):
            name = NAMES["b"]
            if len("abc") > 5:
                name = "md5"
            make(name, pick("a"), NAMES.get(strong))
        """
    )
    assert found["name"] == "sha256"
    assert found["pick('a')"] == "md5"
    assert "NAMES.get(strong)" not in found


def test_a_value_that_differs_from_call_to_call_is_not_certain() -> None:
    found = values("def f(a):\n    g(a)\ndef h():\n    f('x')\n    f('y')\n")
    assert "a" not in found
    assert values("def (") == {}


SUSPECTED = "import pickle\nfrom flask import request\nstate = request.cookies['state']\npickle.loads(b'x')\n"


def test_what_a_coarser_check_suspects_is_left_out_where_flows_were_followed() -> None:
    def suspicious(source: Source) -> list[Observation]:
        return [Observation("security/unsafe-deserialization", 4), Observation("security/weak-hash", 1)]

    checked = unless_followed(suspicious)
    assert [each.rule for each in checked(Source("a.py", SUSPECTED))] == ["security/weak-hash"]
    assert len(list(checked(Source("a.py", SUSPECTED, unread={"flows": "too much"})))) == 2
    assert len(list(checked(Source("a.py", "import pickle\npickle.loads(x)\n")))) == 2


def test_cells_that_nothing_refers_to_are_forgotten_and_others_kept() -> None:
    code = "import os\nfrom flask import request\nclass A:\n    pass\nkept = A()\nkept.name = [request.args['a']]\n"
    code += "".join(f"x = [['{n}'], {{'a': ['{n}']}}]\n" for n in range(200))
    code += "for each in [kept]:\n    os.system('ls ' + each.name[0])\n"
    assert [each.because for each in seen(code)] == [(6,)]


def test_a_file_of_which_too_much_is_to_be_followed_has_no_certain_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faultline.analyzers.review.security.flows.machine.Machine.step", _never)
    source = Source("a.py", "import os\nx = 'a' + 'b'\nos.system(x)\n")
    assert constants(source) == {}
    assert list(check(source)) == []
    assert source.unread == {"flows": "too much to follow all its data flows"}


def _never(_: Machine) -> None:
    raise OutOfSteps
