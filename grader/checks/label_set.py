"""The image bears the labels that were asked for.

Looks at: the labels in the image's configuration, letter by letter.
Why it matters: labels are what registries, scanners and people go by to tell images apart and to find their source.
They cost nothing, and a name that is misspelt is found by nobody.
Loses the point:
    LABEL title=Logbook        (where org.opencontainers.image.title is asked for)
Earns it:
    LABEL org.opencontainers.image.title="Logbook"
"""

from grader.checks import check
from grader.checks._text import last_line, line_of
from grader.model import Instruction, Observation, Params, Verdict, failed, passed


class Parameters(Params, frozen=True, kw_only=True):
    labels: dict[str, str]  # name -> value


@check(practice="label")
def label_set(seen: Observation, p: Parameters) -> Verdict:
    labels = seen.built.config.labels
    wrong = [name for name, value in p.labels.items() if labels.get(name) != value]
    if not wrong:
        return passed(", ".join(f'{name}="{value}"' for name, value in p.labels.items()))
    own = {name: value for name, value in sorted(labels.items()) if not name.startswith("drydock.")}
    listed = ", ".join(f'{name}="{value}"' for name, value in list(own.items())[:8])

    def about(one: Instruction) -> bool:
        return one.name == "LABEL" and any(name in one.text for name in wrong)

    return failed(
        line=last_line(seen, about) or line_of(seen, "LABEL"),
        seen=f"the image has {len(own)} labels" + (f": {listed}" if listed else ""),
        expected=", ".join(f'{name}="{p.labels[name]}"' for name in wrong),
        hints=(
            "Which labels does the finished image bear, and with which values, letter by letter?",
            "Look up LABEL, and how it takes values with spaces.",
        ),
    )
