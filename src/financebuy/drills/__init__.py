"""Drills: break a running platform on purpose, time its recovery, reconcile its promises."""
