"""Something breaks while the site is under load. `make chaos`; what came of it: docs/faults.md."""
