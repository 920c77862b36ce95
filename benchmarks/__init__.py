"""How fast Drydock is beside the programs that do the same: `./drydock bench`, or `python -m benchmarks`.

One file of `benchmarks/cases` is one benchmark, found by its file: its docstring says what is compared, its function
`run(lab)` measures and returns the pairs, and `NEEDS` says what must be there ("engine", "peers").
"""
