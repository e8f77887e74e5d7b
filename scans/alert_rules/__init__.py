"""When an alert is raised, each rule in a module of its own. docs/alerts.md says them in words.

`from_scans` runs in the transaction of a scan that has a finding; the others are rounds of a worker
(scans/rounds.py), or are called by whoever notices.
"""
