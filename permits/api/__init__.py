"""The REST API: who may call it, how it fails, and what of permits and the watchlist it offers."""
