"""What a benchmark found: one line for a person, one entry in latest.json for a machine."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LATEST = Path(__file__).with_name("latest.json")


@dataclass(frozen=True)
class Figure:
    """One measured value. `limit` is the bare measurement of the same run, where there is one."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the bare limit."""
        return self.value / self.limit if self.limit else None


@dataclass
class Report:
    """The figures of a run, printed as they come."""

    figures: list[Figure] = field(default_factory=list)

    def add(
        self, name: str, value: float, unit: str, *, limit: float | None = None, aim: str = ""
    ) -> None:
        """Keep a figure and print its line."""
        figure = Figure(name, value, unit, limit, aim)
        self.figures.append(figure)
        line = f"{name:<28} {value:>10.3f} {unit:<10}"
        if figure.ratio is not None:
            line += f" limit {figure.limit:>10.3f}  ratio {figure.ratio:.3f}"
        print(f"{line:<76} {aim}".rstrip(), flush=True)

    def say(self, name: str, text: str) -> None:
        """A line in place of a figure that could not be measured, or beside one."""
        print(f"{name:<28} {text}", flush=True)

    def write(self, path: Path = LATEST) -> None:
        """Keep this run's figures, and only this run's: figures of two runs do not compare."""
        rows = [
            {
                "name": figure.name,
                "value": round(figure.value, 4),
                "unit": figure.unit,
                "limit": None if figure.limit is None else round(figure.limit, 4),
                "ratio": None if figure.ratio is None else round(figure.ratio, 4),
            }
            for figure in self.figures
        ]
        path.write_text(json.dumps(rows, indent=1) + "\n")


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
