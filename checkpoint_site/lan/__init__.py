"""`python -m checkpoint_site.lan`: the site over https where there is no internet."""
