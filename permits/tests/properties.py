"""How the property tests run."""

from hypothesis import HealthCheck, settings

# Neither a slow example nor a slow machine is a fault: no test here asserts a time.
whatever_it_takes = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
