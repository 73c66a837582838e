"""Which schema this program needs, known without loading the tool that migrates to it."""

HEAD = "0004"
"""The last revision in `sql/migrations/versions`; a test compares them."""
