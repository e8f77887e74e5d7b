"""A load tool for any Checkpoint site: made-up cameras over real sockets, and what became of it.

`python -m bench.cameras --help`. From another program: `site.enter`, `pictures.draw`, `run.run`
with a `plan.Plan`, and `compare.compare` with what a `database.Database` reads.
"""
