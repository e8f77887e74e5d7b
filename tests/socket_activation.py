"""`python socket_activation.py DESCRIPTOR COMMAND...`: start a command as systemd starts a service.

The listening socket becomes descriptor 3, and variables say so: sd_listen_fds(3).
"""

import os
import sys

descriptor, command = int(sys.argv[1]), sys.argv[2:]
if descriptor != 3:
    os.dup2(descriptor, 3)
    os.close(descriptor)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_FDNAMES="http", LISTEN_PID=str(os.getpid()))
os.execvp(command[0], command)
