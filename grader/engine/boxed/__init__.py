"""An engine in a container for each submission, on any Docker: the tier `default`.

`image` makes the image of that engine once, `stock` a volume with the base images in it, `launch` starts a container of
it and ends it with everything in it, `relay` is the way to what listens inside, `watch` tells which limits were met,
`possible` what stands in the way, and `supply` has the next one ready when the last one ends.
"""
