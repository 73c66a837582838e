"""The market: a clock that replays history, quotes inside real bars, and a paper venue.

Everything it knows is in the database, so it may be killed at any moment and goes on where it was.
"""
