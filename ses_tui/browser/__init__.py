"""The dashboard in a browser: a web server that gives each visitor a dashboard of their own."""
