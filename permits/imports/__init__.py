"""Files of many rows that issuers bring: a company's staff, or entries of the watchlist.

A file is read (table.py), checked cell by cell (checking.py), looked at by its issuer, and then
issued all or not at all (issuing.py). What is kept of it meanwhile is sealed (files.py).
"""
