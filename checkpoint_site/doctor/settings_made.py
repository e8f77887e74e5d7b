"""The settings: whether strangers could get in, and the right people could not."""

from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core import checks

from checkpoint_site.doctor.finding import Finding, ok, warning, wrong


def look() -> Iterator[Finding]:
    """Raises nothing: a value that cannot be has stopped the start before."""
    yield judge_mode(demo=settings.DEMO, debug=settings.DEBUG)
    yield judge_hosts(settings.ALLOWED_HOSTS)
    yield judge_https(
        https_only=settings.HTTPS_ONLY, proxies=settings.TRUSTED_PROXIES, demo=settings.DEMO
    )
    yield judge_metrics(settings.METRICS_TOKEN)
    yield from _django(deployed=not (settings.DEMO or settings.DEBUG))


def judge_mode(*, demo: bool, debug: bool) -> Finding:
    """Whether this is a site for real use."""
    if debug:
        return wrong(
            "DEBUG is on: whoever meets an error sees the code and what it was working on.",
            "Take DEBUG out of the environment.",
        )
    if demo:
        return warning(
            "DEMO is on: made-up data, accounts whose passwords were printed, plain http.",
            "For real use take DEMO out of the environment, and begin with a DATA_DIR of its own.",
        )
    return ok("DEMO and DEBUG are off.")


def judge_hosts(hosts: Sequence[str]) -> Finding:
    """Under which names the site answers."""
    if "*" in hosts or any(host.startswith(".") and host.count(".") < 2 for host in hosts):
        return wrong(
            "ALLOWED_HOSTS lets any name in: a forged name could get into links and caches.",
            "Set ALLOWED_HOSTS to the names under which people open the site.",
        )
    if set(hosts) <= {"127.0.0.1", "localhost", "[::1]"}:
        return warning(
            "ALLOWED_HOSTS has this machine's own names alone: from elsewhere nobody gets in.",
            "Set ALLOWED_HOSTS to the names under which people open the site.",
        )
    return ok(f"The site answers as {', '.join(hosts)}.")


def judge_https(*, https_only: bool, proxies: int, demo: bool) -> Finding:
    """Whether passwords and private links go in the clear."""
    if not https_only and not demo:
        return wrong(
            "HTTPS_ONLY is off: passwords and private links can be read on their way.",
            "Take HTTPS_ONLY out of the environment, and put a proxy with TLS before the site.",
        )
    if https_only and not proxies:
        return warning(
            "TRUSTED_PROXIES is 0. Behind a proxy with TLS, every page would lead to itself for "
            "ever, and one address would stand for all visitors.",
            "Set TRUSTED_PROXIES=1, unless the server itself speaks TLS.",
        )
    return ok("Pages are served over https alone." if https_only else "Plain http, for the demo.")


def judge_metrics(token: str) -> Finding:
    """Whether anybody watches."""
    if not token:
        return ok("METRICS_TOKEN is not set: there is no /metrics page.")
    return ok("/metrics is open to whoever has METRICS_TOKEN.")


def _django(*, deployed: bool) -> Iterator[Finding]:
    """What Django's own checks find."""
    found = checks.run_checks(include_deployment_checks=deployed)
    for message in found:
        says = f"Django's check {message.id}: {message.msg}"
        judge = wrong if message.level >= checks.ERROR else warning
        yield judge(says, message.hint or "See Django's system check reference.")
    if not found:
        yield ok("Django's own checks find nothing.")
