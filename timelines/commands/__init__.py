"""The commands of `frontlines`, a module each: `add` describes it, `run` does it.

Heavy things are imported inside `run`, so that every other command starts without them.
"""
