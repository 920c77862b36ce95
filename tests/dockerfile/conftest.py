"""The second opinion (BuildKit's own Go parser, as PyPI's `dockerfile`) exists for Linux on x86-64 only."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("dockerfile") else ["test_dockerfile_against_go.py"]
