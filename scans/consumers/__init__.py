"""The sockets. They dispatch, nothing else."""
