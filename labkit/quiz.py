"""Questions: one asked before a run and answered by it, one asked at the end of a lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from grader import progress
from labkit.errors import CellError
from labkit.places import my_work
from labkit.session import the_session
from labkit.showing import Shown
from labkit.words import words


class Prediction:
    """A question that the next cell answers; what is chosen before that counts, and stays."""

    def __init__(self, question: str, options: Sequence[str]) -> None:
        from labkit.widgets import Question

        self._question, self._options = question, tuple(options)
        self._widget = Question(
            asked={"question": question, "options": list(options)}, chosen=_before(question, options)
        )
        self._guess: int | None = self._widget.chosen
        self._widget.observe(lambda change: self._choose(change["new"]), "chosen")
        Shown(self._widget).show(_text(question, options), _html(question, options, ""))

    def was(self, option: str) -> Answer:
        """What the run showed to be true, beside what was predicted; from here on the prediction stays as it is.

        Raises CellError when it is none of the options.
        """
        if option not in self._options:
            raise CellError(
                f"The last question was '{self._question}', and '{option}' is none of its options.",
                "Run the cell with the question that belongs to this cell first.",
            )
        said = "" if self._guess is None else self._options[self._guess]
        kind = "" if not said else "right" if said == option else "wrong"
        shows = words()["run_shows"].format(option=option)
        self._widget.said = {"kind": kind, "text": shows if said else f"{shows} {words()['no_guess']}"}
        self._widget.locked = True
        return Answer(option, said)

    def _choose(self, chosen: int | None) -> None:
        if not self._widget.locked:
            self._guess = chosen
            _keep(self._question, self._options, chosen)
        elif chosen != self._guess:
            self._widget.chosen = self._guess


class Answer:
    """What the run showed, and what had been predicted (empty: nothing)."""

    def __init__(self, shown: str, said: str) -> None:
        self.shown = shown
        self.said = said

    def __repr__(self) -> str:
        before = f"{words()['chosen']}: {self.said}" if self.said else words()["no_guess"]
        return f"{before}\n{words()['answer']}: {self.shown}"


def predict(question: str, options: Sequence[str]) -> Prediction:
    """Ask before the run; the cell after it says what `.was(…)`."""
    return Prediction(question, options)


def quiz(question: str, options: Mapping[str, str], *, right: str) -> None:
    """Ask; `options` are the answers, each with what is to be said when it is chosen, `right` the true one."""
    from labkit.widgets import Question

    if right not in options:
        raise CellError(f"'{right}' is none of the options of the question '{question}'.")
    answers = list(options)
    widget = Question(asked={"question": question, "options": answers}, chosen=_before(question, answers))

    def tell(chosen: int | None) -> None:
        if chosen is not None:
            said = answers[chosen]
            widget.said = {"kind": "right" if said == right else "wrong", "text": options[said]}

    def chosen(change: Mapping[str, Any]) -> None:
        tell(change["new"])
        _keep(question, answers, change["new"])

    tell(widget.chosen)
    widget.observe(chosen, "chosen")
    Shown(widget).show(_text(question, answers), _html(question, answers, f"{right}. {options[right]}"))


def _before(question: str, options: Sequence[str]) -> int | None:
    """What was chosen when the lesson was here before, as the progress file has it; None where nothing was."""
    said = progress.answers(my_work(), the_session().lesson).get(question)
    return options.index(said) if said in options else None


def _keep(question: str, options: Sequence[str], chosen: int | None) -> None:
    """Keep the answer in the progress file; what is asked outside a lesson is not kept."""
    lesson = the_session().lesson
    if lesson and chosen is not None:
        progress.note_answer(my_work(), lesson, question, options[chosen])


def _text(question: str, options: Sequence[str]) -> str:
    return "\n".join([question, *(f"  ○ {option}" for option in options)])


def _html(question: str, options: Sequence[str], answer: str) -> str:
    listed = "".join(f"<li>{escape(option)}</li>" for option in options)
    more = f"<details><summary>{words()['answer']}</summary>{escape(answer)}</details>" if answer else ""
    return f"<p>{escape(question)}</p><ul>{listed}</ul>{more}"
