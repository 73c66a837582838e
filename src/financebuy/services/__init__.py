"""The use cases: one module a feature, one function a use case, one transaction each.

Every way in (HTTP, in process, command line) calls these functions. Each takes the `Platform` and
the `Caller`; money and quantities are `Decimal`, never a float. What the database refuses is raised
as an error of `financebuy.errors`.
"""
