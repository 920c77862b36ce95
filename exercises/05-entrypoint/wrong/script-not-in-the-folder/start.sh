#!/bin/sh
exec ferry --harbour "$HARBOUR" "$@"
