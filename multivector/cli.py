"""The command ``multivector``."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def about() -> None:
    """Simulate how states hedge between poles on the corridors they share."""


@app.command()
def run(runs: int = 200) -> None:
    """Run scenarios and write charts and a report."""
    typer.echo(f"nothing to run yet ({runs} runs asked for)")


def main() -> None:
    """Entry point of the console script."""
    app()
