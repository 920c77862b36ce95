"""All words that a report shows, one frozen value a language, so that another language can stand beside English."""

from __future__ import annotations

import msgspec


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The words of one language; names in braces are filled in. `lang` is its tag (BCP 47)."""

    lang: str
    passed: str
    failed: str
    not_judged: str
    not_applicable: str
    score: str
    comma: str
    semicolon: str
    points: str
    result: str
    untitled: str
    all_passed: str
    some_failed: str
    some_not_judged: str
    some_not_applicable: str
    profile: str
    profile_about: str
    nothing_judged: str
    machine_fault: str
    line: str
    line_with: str
    seen: str
    expected: str
    why: str
    cause: str
    hint: str
    hint_of: str
    hints_hidden_one: str
    hints_hidden: str
    build: str
    build_failed: str
    build_failed_at: str
    printed: str
    remarks: str
    remark_rule: str
    remark_same: str
    remarks_more: str
    remarks_missing: str
    column_line: str
    column_step: str
    column_result: str
    column_seconds: str
    column_size: str
    cached: str
    ran: str
    step_failed: str
    no_layer: str
    total: str
    context_sent: str
    image_size: str
    graded_with: str
    tier: str
    cut_characters: str
    cut_lines: str

    def status(self, status: str) -> str:
        """The word for `passed`, `failed` or `not_judged`."""
        return {"passed": self.passed, "failed": self.failed}.get(status, self.not_judged)


ENGLISH = Words(
    lang="en",
    passed="passed",
    failed="failed",
    not_judged="not judged",
    not_applicable="does not apply",
    score="Score",
    comma=", ",
    semicolon="; ",
    points="{points} of {most} points",
    result="Result",
    untitled="Report",
    all_passed="every check passed",
    some_failed="{count} of {all} checks failed",
    some_not_judged="{count} of {all} checks could not be judged",
    some_not_applicable="{count} of {all} do not apply",
    profile="Profile by practice",
    profile_about="The points that each practice earned, of those it could; what does not apply counts neither way.",
    nothing_judged="nothing was checked",
    machine_fault="This is a fault of the machine, not of the submission: it costs no points. Try again later.",
    line="Line {line}",
    line_with="Line {line}: {command}",
    seen="seen",
    expected="expected",
    why="why",
    cause="because",
    hint="hint",
    hint_of="Hint {number} of {all}",
    hints_hidden_one="1 hint is not shown; --hints {next} shows it",
    hints_hidden="{count} hints are not shown; --hints {next} shows the next one",
    build="Build",
    build_failed="The build stopped",
    build_failed_at="The build stopped at line {line}",
    printed="the last lines that the step printed",
    remarks="What other programs remark (it costs no points)",
    remark_rule="{text} ({source} {rule})",
    remark_same="{text} ({source} {rule}; looked at here by '{check}')",
    remarks_more="{count} more are in the report for other programs (--json) and on its page (--html)",
    remarks_missing="remarks not available: {why}",
    column_line="Line",
    column_step="Step",
    column_result="Result",
    column_seconds="Seconds",
    column_size="Size",
    cached="cached",
    ran="ran",
    step_failed="failed",
    no_layer="-",
    total="built in {seconds}",
    context_sent="{size} of build context sent",
    image_size="image size {size}",
    graded_with="engine {engine}",
    tier="isolation: {tier}",
    cut_characters="[… {count} characters left out …]",
    cut_lines="[… {count} lines left out …]",
)
