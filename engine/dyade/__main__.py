"""`python -m dyade` is the command `dyade`."""

from dyade.cli import main

if __name__ == "__main__":
    main()
