"""No package is installed that the program does not need.

Looks at: Debian's list of installed packages in the image, and files of the packages that the task names.
Why it matters: a package brings others along: those it depends on, and those that its maker merely recommends. All of
it is stored, sent, and to be kept free of known holes, whether or not anything uses it.
Loses the point:
    RUN apt-get install -y compiler && make && apt-get install -y tool
Earns it:
    RUN apt-get install -y --no-install-recommends tool
    or  COPY --from=build /out/program /usr/local/bin/
"""

from grader.checks import check
from grader.checks._layers import WORKS, amount
from grader.checks._text import last_line
from grader.model import File, Files, Observation, Params, Verdict, failed, passed

INFO = "/var/lib/dpkg/info/"


class Parameters(Params, frozen=True, kw_only=True):
    packages: tuple[str, ...]  # that are not to be installed
    files: tuple[str, ...] = ()  # where their files lie, absolute, `*` as in a shell


def _files(p: Parameters) -> Files:
    return Files(paths=(f"{INFO}*.list", *p.files))


@check(practice="only what is needed", needs=WORKS, probes=lambda p: [_files(p)], rules=("hadolint DL3015",))
def packages_left_out(seen: Observation, p: Parameters) -> Verdict:
    found = seen.of(_files(p)).files
    listed = [(_package(file), file) for file in found if file.path.startswith(INFO)]
    there = {name: file for name, file in listed if name in p.packages}
    others = [file for file in found if not file.path.startswith(INFO) and file.kind == "file"]
    if not there and not others:
        return passed(f"none of {', '.join(p.packages)} is in the image")
    stored = sum(file.size for file in others)
    what = f"installed and not needed: {', '.join(sorted(there))}" if there else "files of packages that are not needed"
    size = f", {amount(stored)}" if stored else ""
    examples = "".join(f"\n{file.path}: {amount(file.size)}" for file in sorted(others, key=lambda one: -one.size)[:3])
    return failed(
        line=_line(seen, [*there.values(), *others]),
        seen=f"{what}{size}{examples}",
        expected=f"an image without {', '.join(p.packages)}",
        hints=(
            "What did the package manager say that it installs, beside what it was asked for?",
            "What is needed only while the image is built, and what when it runs?",
            "Look up recommended packages, and what removing a package does to those that came with it.",
        ),
    )


def _package(file: File) -> str:
    return file.path.removeprefix(INFO).removesuffix(".list").partition(":")[0]


def _line(seen: Observation, files: list[File]) -> int | None:
    """The line of the layer that brought the first of the files; of the last RUN where that is not known."""
    layers = seen.built.layers
    lines = [layers[file.layer].line for file in files if 0 <= file.layer < len(layers)]
    return next((line for line in lines if line), None) or last_line(seen, lambda one: one.name == "RUN")
