"""The project's own tools: set up, check, document. None is part of the package."""
