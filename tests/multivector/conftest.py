"""The command as a user gives it."""

import sys

import pytest

from multivector import cli


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """The command in a folder of its own: returns exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def called(*words):
        monkeypatch.setattr(sys, "argv", ["multivector", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return called
