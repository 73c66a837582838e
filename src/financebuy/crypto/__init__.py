"""Encryption of personal data and its look-up by keyed hash."""
