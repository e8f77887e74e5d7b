"""The day's report: read (reading.py), put together for its reader (report.py), as tables to take
away (tables.py), and sent by e-mail (subscriptions.py).
"""
