"""Which cell of the lesson has to run before another one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from labkit.places import course
from labkit.words import words

_CELL = re.compile(r"^(?P<heading>#{1,4} [^\n]+)$|^```\{code-cell\}.*?\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def first_run(lesson: str, wanted: str) -> str:
    """The sentence that names the cell that makes `wanted`: a variable, a file or a folder; empty when none does."""
    if not lesson:
        return words()["first_cell_first"]
    for heading, code in _cells(lesson):
        if wanted in made_by(code):
            return _sentence(heading, code)
    return ""


def first_mention(lesson: str, name: str, cell: str) -> str:
    """The sentence that names the cell in which a container or an image first comes up; empty when that is `cell`."""
    for heading, code in _cells(lesson):
        if re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w./:-]*\w)", code):
            return "" if code.strip() == cell.strip() else _sentence(heading, code)
    return ""


def as_given(lesson: str, line: str, cell: str) -> bool:
    """Whether a cell that begins with `%%dockerfile LINE` is one that the lesson has, not changed by anybody."""
    code = f"%%dockerfile {line}\n{cell}".strip()
    return any(code == given.strip() for _, given in _cells(lesson))


def _sentence(heading: str, code: str) -> str:
    line = next((line for line in code.splitlines() if line.strip() and not line.startswith(":")), "")
    return words()["made_by_cell"].format(line=line[:60], heading=heading)


def parameters(code: str) -> set[str]:
    """The names of the parameters of the functions that a cell defines."""
    return {node.arg for node in ast.walk(_python(code)) if isinstance(node, ast.arg)}


def made_by(code: str) -> set[str]:
    """The names that a cell assigns, and the files and folders that its magics write."""
    body = "\n".join(line for line in code.splitlines() if not line.startswith(":"))
    made = set(re.findall(r"^%%(?:writefile|dockerfile)\s+(\S+)", body, re.MULTILINE))
    made |= {name for names in re.findall(r"\bmkdir -p ([^&|;\n]+)", body) for name in names.split()}
    made |= set(re.findall(r"""\bfill_folder\(["']([^"']+)""", body))
    for node in ast.walk(_python(code)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.FunctionDef):
            made.add(node.name)
        elif isinstance(node, ast.alias):
            made.add(node.asname or node.name)
    return made


def _python(code: str) -> ast.Module:
    """The Python of a cell; nothing where it is a cell magic, or not to be read."""
    lines = [line for line in code.splitlines() if not line.startswith(":")]
    if "\n".join(lines).lstrip().startswith("%%"):
        return ast.Module(body=[], type_ignores=[])
    python = "\n".join("" if line.lstrip().startswith(("!", "%")) else line for line in lines)
    # `name = !command` is IPython's, not Python's.
    python = re.sub(r"^(\s*\w+ = )!.*$", r"\1None", python, flags=re.MULTILINE)
    try:
        return ast.parse(python)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


@cache
def _source(lesson: str) -> str:
    file = course() / "lessons" / f"{lesson}.md"
    return file.read_text("utf-8") if file.is_file() else ""


def _cells(lesson: str) -> Iterator[tuple[str, str]]:
    heading = lesson
    for match in _CELL.finditer(_source(lesson)):
        if match["heading"]:
            heading = match["heading"].lstrip("# ")
        else:
            yield heading, match["code"]
