"""A backup is a folder of three files: the database, the citizens' documents, and manifest.json,
which says what is in them.

The signing keys are not in it: who has both can make travel codes for anybody. Nor are the keys of
personal data, without which nobody can read the documents.
"""
