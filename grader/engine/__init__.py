"""The only package that talks to a daemon: finds or starts one, builds, runs, saves."""
