#!/bin/sh
set -e
mkdir -p out
CGO_ENABLED=0 GOOS=linux go build -o out/tide .
