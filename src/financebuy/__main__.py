"""`python -m financebuy`."""

from financebuy.cli import main

if __name__ == "__main__":
    main()
