"""How a submission is kept apart from the machine, from the grader and from the other submissions."""

from typing import Literal

Tier = Literal["trusted", "default", "hardened", "hardened-gvisor"]
"""`trusted`: one engine for everything, for one's own work; `default`: an engine in a container for each submission;
`hardened`: a throw-away engine with a disk, limits and a network of its own for each submission; `hardened-gvisor`: the
same, and what runs in it sees gVisor in the place of this machine's kernel.
"""
