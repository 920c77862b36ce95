"""The results as a table of Markdown."""

from __future__ import annotations

from benchmarks.values import Pair, Results

HEAD = "| What | Drydock | The other | Ratio | Target | Met | `./drydock bench` |\n|---|---|---|---|---|---|---|"


def table(results: Results) -> str:
    """The table, and the machine below it."""
    machine = results.machine
    lines = [HEAD, *map(_row, results.pairs), ""]
    lines += [f"Not measured: {name}: {why}" for name, why in results.missing.items()]
    described = (
        f"{machine.processors} processors ({machine.processor}), {machine.memory_bytes / 2**30:.0f} GiB",
        machine.system,
        f"Python {machine.python}",
        machine.engine or "no engine",
        f"load average {machine.load[0]} before and {machine.load[1]} after",
    )
    peers = ", ".join(f"{name} {version}" for name, version in sorted(results.peers.items()))
    lines += ["; ".join(described) + "." + (" A quick run: three turns at most." if results.quick else "")]
    lines += [f"Compared with: {peers}."]
    return "\n".join(lines)


def _row(pair: Pair) -> str:
    bounds = [
        (pair.most_ratio, f"ratio ≤ {pair.most_ratio:g}" if pair.most_ratio is not None else ""),
        (pair.most_ours, f"≤ {figure(pair.most_ours or 0.0, pair.unit)}"),
        (pair.most_over, f"≤ {figure(pair.most_over or 0.0, pair.unit)} above it"),
    ]
    target = ", ".join(text for most, text in bounds if most is not None)
    met = {True: "yes", False: "**no**", None: ""}[pair.met]
    ours, theirs = figure(pair.ours, pair.unit), figure(pair.theirs, pair.unit)
    return f"| {pair.name} | {ours} | {theirs} ({pair.against}) | {pair.ratio:.3g} | {target} | {met} | {pair.case} |"


def figure(value: float, unit: str) -> str:
    """A figure with its unit; seconds as ms or µs where they are few."""
    if unit == "s" and value < 0.001:
        return f"{value * 1e6:.0f} µs"
    if unit == "s" and value < 1:
        return f"{value * 1e3:.3g} ms"
    return f"{value:.3g} {unit}"
