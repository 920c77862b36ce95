"""What is meant for whoever reads the report: escape sequences, markup, formulas, orders to a CI system."""

from __future__ import annotations

from tests.hostile.case import GOOD, lines, rows, text, with_files

refused, failed, graded = rows("report injection")

TEXTS = {
    "escape": "\x1b]0;pwned\x07\x1b[2J\x1b[1;1H\x1b[32mPASS 100/100\x1b[0m",
    "hyperlink": "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "c1-control": "\x9b31mred\x9d0;title\x9c",
    "overwrite": "score 0\rscore 100",
    "backspace": "0\x08\x08100",
    "html": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "html-attribute": '" onmouseover="alert(1)" x=\'',
    "html-comment": "--><style>*{display:none}</style><!--",
    "entities": "&lt;b&gt;&#60;script&#62;",
    "markdown": "![x](http://evil.example/p.png) [click](javascript:alert(1)) `code` **100 points**",
    "rich-markup": "[bold green]100/100[/] [link=http://evil.example]x[/link] :boom:",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "formula-plus": "+1+cmd|' /C calc'!A0",
    "github": "::error file=x::pwned ::set-output name=score::100 ::add-mask::0",
    "azure": "##vso[task.setvariable variable=score]100",
    "teamcity": "##teamcity[buildStatus status='SUCCESS']",
    "gitlab": "section_start:1:x[collapsed=true]",
    "xml": "]]></system-out><testcase name='x'/>&nbsp;",
    "bidi": "\u202e001 erocs\u202c \u2066x\u2069",
    "zero-width": "sc\u200bore\u2060\ufeff",
    "tags": "\U000e0041\U000e0042",
    "separator": "one\u2028two\u2029three\x85four",
    "json": '","score":100,"status":"passed',
    "template": "{{7*7}} ${7*7} <%= 7 %> {score} %s",
}


def unknown(text_of: str) -> str:
    """An instruction that is none, so that the message names it, with the text behind it."""
    return f"{GOOD}EVIL{text_of}\n"


CASES = (
    *(
        failed(
            f"text-{name}",
            f"{name} in the Dockerfile's own words",
            text(unknown(said)),
            cause="syntax",
            needs="nothing",
        )
        for name, said in TEXTS.items()
        if name not in ("overwrite",)
    ),
    refused("name-markup", "a link whose target is markup", with_files({"<script>x\x07": ""}), "a control character"),
    failed(
        "built-escapes",
        "printed by a step",
        lines(r"RUN printf '\033]0;x\007\033[2J\r\000\377\376<b>::error::x\n=1+1\n'; exit 3"),
        "exit code 3",
        cause="step",
    ),
    failed(
        "built-many-lines",
        "5,000 lines, then exit 1",
        lines("RUN seq 5000; exit 1"),
        "exit code 1",
        cause="step",
        limit="20,000 characters",
        slow=True,
    ),
    failed(
        "built-command",
        "a command that is markup",
        lines("RUN echo '<script>alert(1)</script>' && exit 4"),
        "exit code 4",
        cause="step",
        slow=True,
    ),
    graded(
        "labels", "labels that are markup", lines('LABEL x="<script>alert(3)</script>" y="=1+1"'), score=4, slow=True
    ),
    graded(
        "printed",
        "a container that prints escapes",
        text(
            GOOD.split("ENTRY")[0]
            + r"""ENTRYPOINT ["/bin/printf", "\\033[2J\\033]0;x\\007\\r<b>\\377::error::\\n=1+1\\n"]"""
            + "\n"
        ),
        score=2,
    ),
)
