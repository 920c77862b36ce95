#!/bin/sh
# Starts the web server of the log book, at the port that is given or at 8080.
exec httpd -f -p "${1:-8080}" -h /srv/log
