"""The templates, as a package so that wheel, sdist and editable install find them alike; no code lives here."""
