#!/bin/sh
exec pip install --no-index --find-links=wheels -r requirements.txt
