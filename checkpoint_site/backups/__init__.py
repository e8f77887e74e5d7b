"""A backup is a folder of two files: the database, and manifest.json, which says what is in it.

The signing keys are not in it: who has both can make travel codes for anybody.
"""
