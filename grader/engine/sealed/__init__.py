"""Throw-away engines: one for each submission, with a disk, limits and a network of its own, killed as a whole.

`template` makes the disk with the base images once, `launch` starts an engine on a copy of it and ends it, `cgroups`
holds its limits and tells which of them was met, `inside` reaches into its network, `leftover` removes what a killed
Drydock left, and `supply` has the next engine ready when the last one ends.
"""
