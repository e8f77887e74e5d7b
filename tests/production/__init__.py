"""What only PostgreSQL, Redis and several server processes can show. `make test-production`."""
