"""`python -m kloudsync`: the command line, where no script is on the path."""

from kloudsync.cli.main import run

if __name__ == "__main__":
    run()
