"""The words of the page beside those that every report shows; one frozen value a language."""

from __future__ import annotations

import msgspec


class PageWords(msgspec.Struct, frozen=True, kw_only=True):
    """The words of the page in one language; names in braces are filled in."""

    document: str
    skip: str
    contents: str
    checks: str
    practice: str
    share: str
    points: str
    dockerfile: str
    layers: str
    time: str
    no_checks: str
    no_layers: str
    no_build: str
    score_bar: str
    to_line: str
    dockerfile_about: str
    lines_left_out: str
    layers_about: str
    layers_about_one: str
    hatched: str
    layers_picture: str
    layer: str
    made_by: str
    base_image: str
    files: str
    share_of_image: str
    size: str
    files_added: str
    files_changed: str
    files_deleted: str
    no_files: str
    wasted: str
    wasted_none: str
    wasted_of: str
    waste_title: str
    waste_more: str
    path: str
    added_by: str
    hidden_by: str
    remarks: str
    remarks_about: str
    no_remarks: str
    remark: str
    rule: str
    same_as: str
    explain: str
    first_build: str
    rebuild: str
    time_about: str
    timeline: str
    steps_ran: str
    all_cached: str
    facts: str
    submission: str
    image: str
    build: str
    engine: str
    isolation: str
    stage_times: str
    stage: str
    footer: str


ENGLISH = PageWords(
    document="{title}: {score}",
    skip="Go to the checks",
    contents="On this page",
    checks="Checks",
    practice="Practice",
    share="Share",
    points="Points",
    dockerfile="Dockerfile",
    layers="Layers",
    time="Time",
    no_checks="Nothing was checked.",
    no_layers="No image was made, so there are no layers to show.",
    no_build="Nothing was built.",
    score_bar="{points} of {most} points",
    to_line="Line {line}",
    dockerfile_about="What was found stands beside its line.",
    lines_left_out="{count} lines are left out here",
    layers_about="{count} layers, {size} together. The lowest comes first, as they are stacked.",
    layers_about_one="1 layer, {size}.",
    hatched="Hatched is what a later layer hides.",
    layers_picture="The image as one bar, {size} long: each layer takes its share. The table below says the same.",
    layer="Layer",
    made_by="Made by",
    base_image="base image",
    files="Files",
    share_of_image="Share of the image",
    size="Size",
    files_added="{count} added",
    files_changed="{count} changed",
    files_deleted="{count} deleted",
    no_files="none",
    wasted="Wasted",
    wasted_none="-",
    wasted_of="{size} of the image are hidden by a later layer: they are carried along, and nobody can see them.",
    waste_title="What nobody can see",
    waste_more="The largest are shown.",
    path="File",
    added_by="Added by",
    hidden_by="Hidden by",
    remarks="Remarks",
    remarks_about="They come from other programs that read the Dockerfile, and cost no points.",
    no_remarks="No other program has remarked anything.",
    remark="Remark",
    rule="Rule",
    same_as="Looked at here by",
    explain="./drydock explain {check}",
    first_build="Build",
    rebuild="Build after an edit of {edit}",
    time_about="The bars of all builds have the same scale.",
    timeline="From start to end",
    steps_ran="{ran} of {all} steps ran",
    all_cached="all {all} steps came from the cache",
    facts="About this report",
    submission="Submission",
    image="Image",
    build="Build",
    engine="Engine",
    isolation="Isolation",
    stage_times="Where the time of grading went",
    stage="Stage",
    footer="Made by Drydock: the Dockerfile was really built, and the image looked at.",
)
