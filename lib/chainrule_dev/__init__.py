"""What the tools, the tests and the site's extensions share. Not a part of what readers install."""
