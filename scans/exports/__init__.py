"""What the supervisors' pages show, as tables to take away: a module for each page."""
