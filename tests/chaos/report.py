"""What was measured, for whoever reads the run: docs/faults.md has such figures."""

from dataclasses import dataclass, field

from tests.chaos.load import Outcome

# Service is back by itself within this time.
LIMIT_SECONDS = 5.0


@dataclass
class Report:
    """A line for each fault."""

    lines: list[str] = field(default_factory=list)

    def add(self, fault: str, outcome: Outcome, *, back_after: float | None = None) -> None:
        """Note a fault. `back_after` is in seconds, where something had to come back."""
        tally = outcome.tally
        back = "" if back_after is None else f"back after {back_after:.1f} s, "
        self.lines.append(
            f"{fault}: {back}longest silence {outcome.longest_silence():.1f} s;"
            f" {len(outcome.rows):,} scans, {tally.reconnects - tally.reloads:,} reconnects,"
            f" {tally.resent:,} checks sent again, {tally.anew:,} codes recorded anew,"
            f" errors {dict(tally.errors) or 'none'}"
        )
