#!/bin/sh
# Run once, when Gradescope builds the autograder's image: Python, and the packages of Drydock.
set -eu

source=${AUTOGRADER:-/autograder}/source
if ! command -v python3 >/dev/null || ! python3 -c 'import ensurepip' 2>/dev/null; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3 python3-venv
fi
chmod +x "$source/drydock/drydock"
"$source/drydock/drydock" list >/dev/null
