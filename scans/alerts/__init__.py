"""What supervisors must know of, and what they do about it: the only writer of alerts.

`raising` raises them and ends those whose condition is over, `acting` is what supervisors do,
`reading` is for dashboards and pages, `mailing` and `webhooks` tell those who are not there. The
package alert_rules says when an alert is raised, alert_words what it is called.
"""
