"""Closes accounts by program: a user of a Linux host, a WordPress site, Windows, Microsoft Entra, Google Workspace.

    report = close_linux(Ssh("root@web1"), "deploy", dry=True)
    report = close(Entra(), Client(entra.BASE, token), "hanako@example.co.jp", dry=False)
    report.state, report.steps, report.files, report.undo, report.sha256

First the proof, then revoke, then verify: "closed" only when everything was seen to be so. No secret is kept.
"""

from hikeshi.engines.accounts import entra, workspace
from hikeshi.engines.accounts.directory import Provider, close
from hikeshi.engines.accounts.entra import Entra
from hikeshi.engines.accounts.hosts.running import close_linux, close_wordpress, linux_script, wordpress_script
from hikeshi.engines.accounts.http import Client
from hikeshi.engines.accounts.places import Local, Place, Ssh
from hikeshi.engines.accounts.report import Report, Step, shown
from hikeshi.engines.accounts.windows import windows_script
from hikeshi.engines.accounts.workspace import Workspace

__all__ = [
    "Client",
    "Entra",
    "Local",
    "Place",
    "Provider",
    "Report",
    "Ssh",
    "Step",
    "Workspace",
    "close",
    "close_linux",
    "close_wordpress",
    "entra",
    "linux_script",
    "shown",
    "windows_script",
    "wordpress_script",
    "workspace",
]
