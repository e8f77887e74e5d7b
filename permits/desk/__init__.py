"""The issuer's desk: the queue of applications, one application, the watchlist."""
