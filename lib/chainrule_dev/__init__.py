"""Code shared by the tools, the tests and the site's extensions; not installed for readers."""
