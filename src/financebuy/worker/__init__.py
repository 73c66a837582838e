"""The worker: reference data, the end of each trading day, and the periodic jobs."""
