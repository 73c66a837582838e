"""Measurements, each beside its goal or beside `pgbench` on the same server."""
