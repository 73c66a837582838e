"""What every `python -m financebuy.<program> --data DIR` does the same way."""
