"""States of a drawn program: some of them compound, some with tracks, three floors at most."""

from __future__ import annotations

from tests.properties.drawing import Data, Drawing


def names(d: Drawing) -> Data:
    """Draw the states, and say which there are."""
    d.tops = [f"s{i}" for i in range({"small": d.one(1, 2, 2), "middling": d.one(2, 3, 4), "big": d.one(4, 5)}[d.size])]
    d.rows.append(d.tops)
    return {top: _state(d, top) for top in d.tops}


def _state(d: Drawing, name: str) -> Data:
    d.leaves.append(name)
    shape = d.one("leaf", "leaf", "compound", "tracks")
    if shape == "leaf":
        return {}
    d.remembered.append(name)
    if shape == "compound":
        return _inside(d, name, depth=1)
    return {"tracks": {track: _inside(d, f"{name}{track}", depth=d.one(0, 0, 1)) for track in ("x", "y")}}


def _inside(d: Drawing, name: str, depth: int) -> Data:
    """Two states, one after the other; the second may have states of its own."""
    row = [f"{name}a", f"{name}b"]
    d.rows.append(row)
    d.leaves += row
    states: Data = {row[0]: {}, row[1]: {}}
    if depth and d.chance(0.3):
        d.remembered.append(row[1])
        states[row[0]]["delays"] = {row[1]: d.one("run", "pause", "restart")}
        states[row[1]] = _inside(d, row[1], depth - 1)
    return {"initial": row[0], "states": states}


def completed(d: Drawing, states: Data, effects: list[Data]) -> Data:
    """Add how each state treats the delays of the others, and the ends."""
    for top in d.tops:
        delays = {other: d.one("run", "pause", "restart") for other in _pausable(d, top)}
        if delays:
            states[top]["delays"] = delays
    if effects:
        states[d.one(*d.tops)]["on_enter"] = effects
    states["won"] = {"final": True, "outcome": "success"}
    states["lost"] = {"final": True, "outcome": d.one("failure", "withdrawn", "expired", "rejected")}
    return states


def _pausable(d: Drawing, top: str) -> list[str]:
    return [other for other in d.remembered if not other.startswith(top)]
