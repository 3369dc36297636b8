"""よその人が集めた事例で、形式ごとの読み取りを確かめる（HIKESHI_TEST_DATA）。"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs.scanning import read_events
from tests.engines.logs.reading import NOW

Data = Callable[[str], Path]
# Which format each case of crowdsecurity/hub must be read as.
CASES = {
    "auditd-logs": "auditd",
    "bind9-logs": "dns_server",
    "bind9-syslog": "dns_server",
    "dovecot-logs": "dovecot",
    "dovecot-spam": "dovecot",
    "iptables-scan-multi-port": "linux_firewall",
    "mariadb-bf": "mysql",
    "mysql-bf": "mysql",
    "openvpn": "openvpn",
    "opnsense-gui-auth": "pfsense",
    "pam-logs": "linux_auth",
    "pf-scan-multi-port": "pfsense",
    "pfsense-rfc5424-filterlog": "pfsense",
    "pgsql-logs": "postgresql",
    "postfix-helo": "postfix",
    "postfix-logs": "postfix",
    "postfix-relay": "postfix",
    "postfix-spam": "postfix",
    "proftpd-bf": "proftpd",
    "proftpd-user-enum": "proftpd",
    "pureftpd-bf": "pureftpd",
    "smb-logs": "samba",
    "supabase-docker-pgsql-logs": "postgresql",
    "synology-dsm-logs": "nas",
    "vsftpd-bf": "vsftpd",
    "wireguard-logs": "linux_firewall",
}


@pytest.mark.parametrize("name", CASES)
def test_the_addresses_of_a_case_are_read(test_data: Data, name: str) -> None:
    """事例が名指す接続元は、どれも、その形式の出来事の接続元として読める。"""
    folder = next(one.parent for one in test_data("crowdsec-hub-tests").rglob(f"{name}/config.yaml"))
    log = re.search(r"^log_file:\s*(.*)$", (folder / "config.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    assert log
    texts = [(folder / f"{kind}.assert") for kind in ("parser", "scenario")]
    asserted = "\n".join(text.read_text(encoding="utf-8") for text in texts if text.is_file())
    wanted = set(re.findall(r'Meta\["source_ip"\] == "([^"]+)"|\.IP == "([^"]+)"', asserted))
    found = list(read_events(folder / log[1].strip().strip("\"'"), now=NOW, zone="UTC"))
    events = [one for one in found if not isinstance(one, Problem) and one.format == CASES[name]]
    assert events
    assert {a or b for a, b in wanted} <= {one.address for one in events}
