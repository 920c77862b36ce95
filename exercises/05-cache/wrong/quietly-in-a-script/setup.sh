#!/bin/sh
set -e
pip install --quiet --no-index --find-links=wheels -r requirements.txt
