"""What supervisors see live: each checkpoint's last hour, its lanes, what needs attention."""
