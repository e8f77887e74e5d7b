"""The issuer's pages."""
