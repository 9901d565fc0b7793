"""The reader of object literals: what it reads, what it leaves out, and that no text harms it."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest

from amplify_auth import AuthConfigurationError
from amplify_auth._settings.found_settings import COMPUTED, SPREAD
from amplify_auth._settings.object_literals import read_program
from amplify_auth._settings.program_settings import settings_of_program
from amplify_auth._values import OPTIONS
from tests.support.rows import EveryRow

LENGTH = 256 * 1024


def objects(text: str, *, is_dart: bool = False) -> list[Any]:
    program = read_program(text, is_dart=is_dart)
    assert program is not None
    return [literal.value for literal in program.literals]


VALUES: dict[str, Any] = {
    "'a'": "a",
    '"a"': "a",
    "`a`": "a",
    "''": "",
    "'it\\'s'": "it's",
    "'\\n\\t\\x41\\u0042\\u{43}\\q\\0'": "\n\tABCq\0",
    "'\\u{110000}'": "\ufffd",
    "'a\\\nb'": "ab",
    "'http://x//y'": "http://x//y",
    "'/* no */'": "/* no */",
    "r'C:\\new'": "C:\\new",
    "r'''a\\'''": "a\\",
    "'''a 'quoted' text'''": "a 'quoted' text",
    '"""a\nb"""': "a\nb",
    "1": 1,
    "1.5": 1.5,
    "007": 7,
    "9" * 5000: COMPUTED,
    "0x10": COMPUTED,
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
    "[]": [],
    "[1, 'a', x, ]": [1, "a", COMPUTED],
    "[[1], {b: 2}]": [[1], {"b": 2}],
    "[...x]": [COMPUTED],
    "{}": {},
    "{b: {c: 'd'}}": {"b": {"c": "d"}},
    "{'b-c': 1, \"d\": 2, 3: 4}": {"b-c": 1, "d": 2, "3": 4},
    "{b: 1, b: 2}": {"b": 2},
    "{b: 1, ...x, c: 2}": {"b": COMPUTED, SPREAD: COMPUTED, "c": 2},
    "{b, c() { return {d: 1} }, [e]: 1, 'f': 2}": {"b": COMPUTED, "c": COMPUTED, "f": 2},
    "'a' as const": "a",
    "['a'] as string[]": ["a"],
    "{b: 1} satisfies B": {"b": 1},
    "`a${b}c`": COMPUTED,
    "`a${`b${'}'}`}c`": COMPUTED,
    "'a' + 'b'": COMPUTED,
    "x": COMPUTED,
    "x.y": COMPUTED,
    "f('a', {b: 1})": COMPUTED,
    "'a'.trim()": COMPUTED,
    "x ? 'a' : 'b'": COMPUTED,
    "x ?? 'a'": COMPUTED,
    "!0": COMPUTED,
    "('a')": COMPUTED,
    "() => 'a'": COMPUTED,
    "function () { return 'a' }": COMPUTED,
    "/[,}'\"]/g": COMPUTED,
    "new X({b: 1})": COMPUTED,
}


def test_each_value() -> None:
    with EveryRow() as every:
        for written, value in VALUES.items():
            with every.row(written[:60]):
                found = objects(f"x = {{ before: 1, a: {written}, after: 2 }};")
                assert found[0] == {"before": 1, "a": value, "after": 2}


@pytest.mark.parametrize(
    "text",
    [
        "if (x) { y: 1 }",
        "function f() { return 1 }",
        "class A { a = 1 }",
        "const { a, b } = x.y; { a; }",
        "interface A { a: string }",
        "type A = { a: string };",
        "function f(): { a: string } { g() }",
        "label: { a: 1 }",
        "x = { a: 1",
        "x = '{not json}'",
        "// x = {a: 1}",
        "/* x = {a: 1} */",
        "/* x = {a: 1}",
        "'x = {a: 1}'",
        "`x = {a: 1}`",
        "/x={a:1}/",
    ],
)
def test_what_is_no_object(text: str) -> None:
    assert [value for value in objects(text) if any(part is not COMPUTED for part in value.values())] == []


def test_the_names_and_lines_of_objects() -> None:
    program = read_program(
        "const a = { x: 1 };\nexport let b: Record<string, T> = {\n};\nwindow.c = {};\nf({});\nstatic final d = {};"
    )

    assert program is not None
    assert [(literal.name, literal.line) for literal in program.literals] == [
        ("a", 1),
        ("b", 2),
        ("c", 4),
        ("", 5),
        ("d", 6),
    ]


def test_an_object_within_another_one_is_read_once() -> None:
    assert objects("x = { a: [{ b: 1 }, { c: 2 }] }") == [{"a": [{"b": 1}, {"c": 2}]}]


def test_an_object_within_an_expression_is_found() -> None:
    assert objects("x = { a: () => { f({ b: 1 }) } }") == [{"a": COMPUTED}, {"b": 1}]


def test_a_text_of_dart_has_insertions() -> None:
    text = 'const a = \'\'\'{"b": "${c.d}", "e": "$f", "g": "h\\$i", "j": {"k": ["$l", 1]}}\'\'\';'

    assert objects(text, is_dart=True) == [{"b": COMPUTED, "e": COMPUTED, "g": "h$i", "j": {"k": [COMPUTED, 1]}}]
    raw = text.replace("'''", "r'''", 1).replace("\\$", "$")
    assert objects(raw, is_dart=True) == [{"b": "${c.d}", "e": "$f", "g": "h$i", "j": {"k": ["$l", 1]}}]


def test_what_is_too_deep_is_left_out() -> None:
    depth = 50_000
    text = "x = " + "{a:" * depth + "1" + "}" * depth
    here = objects(text)[0]
    for _ in range(31):
        here = here["a"]
    assert here == {"a": COMPUTED}
    assert objects("x = '" + '{"a":' * depth + "1" + "}" * depth + "'") == []
    assert objects("x = [" + "[" * depth + "{a:1}" + "]" * depth + "]") == [{"a": 1}]


def test_what_json_writes_is_read() -> None:
    """JSON is an object literal. Random values, with the characters that are special in programs."""
    choose = random.Random(5)

    def value(depth: int) -> Any:
        kind = choose.randrange(7 if depth < 4 else 5)
        if kind < 2:
            return "".join(choose.choice("ab'\"`\\/*{}[],:$\n\t\u2028\U0001f600") for _ in range(choose.randrange(9)))
        if kind < 5:
            return [1, 2.5, True, False, None][choose.randrange(5)]
        if kind == 5:
            return [value(depth + 1) for _ in range(choose.randrange(4))]
        return {str(value(9)): value(depth + 1) for _ in range(choose.randrange(4))}

    with EveryRow() as every:
        for _ in range(500):
            content = {"k": value(0), "l": value(0)}
            for is_ascii in (True, False):
                text = json.dumps(content, ensure_ascii=is_ascii, indent=choose.choice((None, 2)))
                with every.row(text[:200]):
                    # JavaScript, unlike JSON, writes a character outside the first plane as two escapes.
                    found = json.loads(json.dumps(objects(f"const x = {text};")[0]))
                    assert found == content


PIECES = (
    *("{", "}", "[", "]", "(", ")", "'", '"', "`", "$", "${", "\\", "/", "*", "//", "/*", "*/", "'''", '"""', "r'''"),
    *(":", ",", ";", "=", ".", "?", "...", "=>", "\n", " ", "a", "1", "x={", "userPoolId:", "userPoolClientId:"),
    *("'eu-west-1_A'", "export default ", "Amplify.configure(", "#!", "\ud800", "\0", "\u2028", "version:'1',auth:"),
    "x={userPoolId:'eu-west-1_A',userPoolClientId:'c'};",
)


def error_of(text: str, *, is_dart: bool = False) -> AuthConfigurationError | None:
    """The one error that a text may give."""
    try:
        found = settings_of_program(text, "It", is_dart=is_dart)
    except AuthConfigurationError as error:
        return error
    assert set(found.settings) <= set(OPTIONS)
    return None


@pytest.mark.parametrize("seed", range(4))
def test_no_text_harms_the_reader(seed: int) -> None:
    choose = random.Random(seed)
    errors = [
        error_of("".join(choose.choice(PIECES) for _ in range(choose.randrange(60))), is_dart=bool(choose.randrange(2)))
        for _ in range(2000)
    ]

    assert None in errors
    assert all(error.recovery_suggestion for error in errors if error)


def test_a_file_that_is_cut_or_changed_anywhere_is_read_or_refused() -> None:
    text = (
        "/* a */ const awsmobile: C = {\n  \"aws_user_pools_id\": 'eu-west-1_A', // b\n  oauth: { domain: `d`, "
        "scope: ['a', \"b\"] },\n  'aws_user_pools_web_client_id': \"c\",\n};\nexport default awsmobile;\n"
    )
    choose = random.Random(7)
    errors = [
        error_of(text[:place] + piece + text[end:])
        for place in range(len(text))
        for piece, end in (("", len(text)), (choose.choice(PIECES), place), ("", place + 1))
    ]

    assert None in errors
    assert any(errors)


#: Texts that take long if a reader begins again at each of their characters. Each is repeated up to `LENGTH`.
REPEATED = (
    *(
        "{",
        "}",
        "{}",
        "={",
        "={a:",
        "[",
        "=[",
        "(",
        "'",
        '"',
        "\\'",
        "'\\",
        "'\\\n",
        "`",
        "${",
        "`${",
        "/*",
        "/",
        "=/[",
    ),
    *("'''", "\\'''", "r'", "r'''", "r'''\\", "a", "a:", "?", "? {", "={a:1},", "\n", " ", "...", "={...a,", "={a,"),
    *(
        "=/[",
        "='{}',",
        "$",
        "'{${",
        ".a=",
        "#!",
        "a'b\"c`d${e}/*f*/",
        "<p>Don't</p>",
        "x={'a':{'b':'c'}};\n",
        "type a={",
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize("is_dart", [False, True], ids=["JavaScript", "Dart"])
def test_a_long_text_is_read_fast(is_dart: bool) -> None:
    """A reader whose time grows with the square of the length would need many minutes."""
    with EveryRow() as every:
        for piece in REPEATED:
            with every.row(piece):
                begin = time.perf_counter()
                error = error_of((piece * LENGTH)[:LENGTH], is_dart=is_dart)
                assert len(f"{error}{error and error.recovery_suggestion}") < 1000
                assert time.perf_counter() - begin < 20


def test_one_long_object_is_read_fast() -> None:
    """Of one MiB."""
    text = "export default {" + ",".join(f"k{place}: {{ a: '{'b' * 36}' }}" for place in range(20_000)) + "}"
    assert len(text) > 1024 * 1024
    begin = time.perf_counter()

    assert len(objects(text)[0]) == 20_000
    assert time.perf_counter() - begin < 20
