"""`hikeshi evidence`: take evidence first. `hikeshi isolate`: cut a host off. `hikeshi accounts`: close accounts."""

from __future__ import annotations

import typer

from hikeshi.contain import accounts_cli, evidence_cli, isolate_cli

GROUPS = {"evidence": "evidence", "isolate": "isolate", "accounts": "accounts"}

evidence = typer.Typer(
    help="証拠を集める・確かめる・取り込む / Collect, check and take in evidence", no_args_is_help=True
)
isolate = typer.Typer(
    help="ネットワークから切り離す・元に戻す / Cut a host off the network, and undo it", no_args_is_help=True
)
accounts = typer.Typer(
    help="アカウントを証拠つきで使えなくする / Close accounts to others, with proof", no_args_is_help=True
)
evidence_cli.fill(evidence)
isolate_cli.fill(isolate)
accounts_cli.fill(accounts)


@evidence.callback()
def main() -> None:
    """証拠を集める・確かめる・取り込む / Collect, check and take in evidence"""


@isolate.callback()
def cut() -> None:
    """ネットワークから切り離す・元に戻す / Cut a host off the network, and undo it"""


@accounts.callback()
def close() -> None:
    """アカウントを証拠つきで使えなくする / Close accounts to others, with proof"""
