"""よその人が集めたログで確かめる（HIKESHI_TEST_DATA）。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hikeshi.engines.logs.report import Report
from tests.engines.logs.crowdsec import KNOWN, Outcome, measure
from tests.engines.logs.reading import report

Data = Callable[[str], Path]


@pytest.fixture(scope="module")
def outcome(test_data: Data) -> Outcome:
    return measure(test_data("crowdsec-hub-tests"))


def test_named_addresses_are_found(outcome: Outcome, capsys: pytest.CaptureFixture[str]) -> None:
    """事例が名指す接続元を、読める形式の 95 % 以上の事例で残らず見つける。見つからないものには理由がある。"""
    with capsys.disabled():
        print(f"\n{outcome.figure()}")
    assert len(outcome.named) >= 55
    assert outcome.share >= 0.95
    assert {case.name for case in outcome.named if case.missed} == set(KNOWN["missed"])


def test_every_case_is_accounted_for(outcome: Outcome) -> None:
    """どの事例も、見つかるか、理由とともに挙げられているかのどちらかである。"""
    assert {case.name for case in outcome.no_address} <= set(KNOWN["no_address"]) | set(KNOWN["other_formats"])
    everything = outcome.named + outcome.others + outcome.quiet + outcome.no_address + outcome.not_asserted
    told = {name for reasons in KNOWN.values() for name in reasons}
    assert told <= {case.name for case in everything}
    assert len(everything) >= 190


def test_nobody_else_is_accused(outcome: Outcome) -> None:
    """事例が名指さない接続元は、見つけたもののうち 5 % に満たない。"""
    assert outcome.extra < 0.05


def test_nothing_is_found_where_nothing_is(outcome: Outcome) -> None:
    """何もないはずの事例では、形式を問わず、何も見つけない。"""
    assert len(outcome.quiet) >= 40
    assert {case.name: case.kinds for case in outcome.quiet if case.found} == {}


def sample(test_data: Data, name: str) -> Report:
    return report(test_data("loghub-2k") / name / f"{name}_2k.log")


def test_a_real_brute_force_is_found(test_data: Data) -> None:
    """本物の SSH の総当たりを、行を落とさず読み、成功なしとして見つける。"""
    done = sample(test_data, "OpenSSH")
    assert (done.files[0].format, done.files[0].events, done.files[0].errors) == ("openssh", 2000, 0)
    found = [one for one in done.findings if one.kind == "ssh_bruteforce"]
    addresses = {address for one in found for address in one.addresses}
    assert {"183.62.140.253", "187.141.143.180", "103.99.0.122", "112.95.230.3"} <= addresses
    assert {one.success for one in found} == {"no"}
    # One person did sign in, from an address that had not failed.
    assert [(one.account, one.address) for one in done.logins] == [("fztu", "119.137.62.142")]


def test_old_pam_lines_are_read(test_data: Data) -> None:
    """古い Linux の PAM の行からも、接続元の名前ごとに見つける。"""
    done = sample(test_data, "Linux")
    assert (done.files[0].events, done.files[0].errors) == (2000, 0)
    (found,) = done.findings
    assert "220-135-151-1.hinet-ip.hinet.net" in found.addresses
    assert datetime.fromtimestamp(found.first, UTC).month == 6


@pytest.mark.parametrize("name", ["Apache", "Mac"])
def test_ordinary_logs_are_quiet(test_data: Data, name: str) -> None:
    """ふつうのログでは、何も見つけない。"""
    done = sample(test_data, name)
    assert (done.files[0].events, done.files[0].errors, done.findings) == (2000, 0, [])
