"""`financebuy up`: starting the platform in order, watching it, stopping it."""
