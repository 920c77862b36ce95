#!/bin/sh
set -e
pip install --no-index --find-links=wheels -r requirements.txt
rm -r wheels
