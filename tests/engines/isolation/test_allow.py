"""通すものの読み方と、その残り全部（Windowsで塞ぐ範囲）。"""

from __future__ import annotations

import ipaddress
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation import Allowed, Plan, complement, make, resolved, split
from hikeshi.engines.isolation.platforms.windows import platform as windows


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("203.0.113.5", ("203.0.113.5", 0)),
        ("203.0.113.5:443", ("203.0.113.5", 443)),
        ("2001:db8::1", ("2001:db8::1", 0)),
        ("[2001:db8::1]:22", ("2001:db8::1", 22)),
        ("[2001:db8::1]", ("2001:db8::1", 0)),
        (" support.example.jp:443 ", ("support.example.jp", 443)),
    ],
)
def test_ways_of_writing(text: str, read: tuple[str, int]) -> None:
    """アドレス・ポート・IPv6・名前の、どの書き方も読める。"""
    assert split(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "", ":22", "203.0.113.5:", "203.0.113.5:0", "203.0.113.5:65536", "203.0.113.5:22:23", "[2001:db8::1",
        "[::1]:22", "[2001:db8::1]22", "127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "ff02::1", "203.0.113",
        "1.2.3.4.5", "203.0.113.0/24", "a b", "a;id", "$(id)", "'", "fe80::1%eth0", "203.0.113.5:２２", "-x", "x" * 300,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    """アドレスに見えないもの、通すと危ないもの（自分・全員・範囲）は断る。"""
    with pytest.raises(Problem, match=r"isolation\.(bad_allow|no_such_name)"):
        resolved([text], lambda name: [])


def test_names_are_numbers_before_the_cut() -> None:
    """名前は切る前に数字になり、すべてのアドレスが通る。見つからない名前は、切る前に知らせる。"""
    found = resolved(["help.example.jp:443", "203.0.113.5:443"], lambda name: ["203.0.113.5", "2001:db8::5"])
    assert [str(entry) for entry in found] == ["203.0.113.5:443", "[2001:db8::5]:443", "203.0.113.5:443"]
    assert [entry.line() for entry in found][:2] == ["both ip 203.0.113.5 443", "both ip6 2001:db8::5 443"]
    assert resolved(["::ffff:203.0.113.5"]) == [Allowed("203.0.113.5")]
    with pytest.raises(Problem, match="no_such_name"):
        resolved(["help.example.jp"], lambda name: [])


ADDRESSES = st.lists(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), max_size=8)


@settings(max_examples=60, deadline=None)
@given(ADDRESSES, st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_the_rest_is_everything_but_the_allowed(allowed: list[object], probe: object) -> None:
    """塞ぐ範囲は、通すものとこの機械自身だけを残し、ほかのすべてのアドレスをちょうど一度含む。"""
    four, six = complement(allowed)  # type: ignore[arg-type]
    for given_, ranges in ((allowed, [*four, *six]), ([probe], [*four, *six])):
        for address in given_:
            number = ipaddress.ip_address(str(address))
            inside = sum(
                ipaddress.ip_address(a) <= number <= ipaddress.ip_address(b)  # type: ignore[operator]
                for a, b in ranges
                if ipaddress.ip_address(a).version == number.version
            )
            own = number.is_loopback or number.is_unspecified or str(number) == "255.255.255.255"
            assert inside == (0 if number in allowed or own else 1)


@pytest.mark.parametrize(
    ("timer", "over_link", "seconds"), [(None, False, 0), (None, True, 60), (0, False, 0), (300, True, 300)]
)
def test_the_timer_follows_the_way(timer: int | None, over_link: bool, seconds: int) -> None:
    """タイマーは、離れた場所からなら60秒、機械の前ならなし。"""
    assert make([], timer=timer, over_link=over_link).timer == seconds


def test_windows_blocks_the_rest_and_the_other_ports() -> None:
    """Windowsでは、通すもの以外の範囲と、通すもののほかのポートが、両方向に塞がれる。"""
    made = windows.blocks(resolved(["203.0.113.5:22", "203.0.113.5:443", "203.0.113.9"]))
    whole = next(rule for rule in made if rule["name"] == "Outbound")
    assert whole["addresses"] == [
        "0.0.0.1-126.255.255.255",
        "128.0.0.0-203.0.113.4",
        "203.0.113.6-203.0.113.8",
        "203.0.113.10-255.255.255.254",
        "::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]
    ports = {(rule["direction"], rule["protocol"]): rule for rule in made if "protocol" in rule}
    assert ports["Outbound", "TCP"]["remote"] == ["0-21", "23-442", "444-65535"]
    assert ports["Inbound", "UDP"]["local"] == ["0-21", "23-442", "444-65535"]
    assert {direction for direction, _ in ports} == {"Inbound", "Outbound"}


@pytest.mark.parametrize("verb", ["on", "confirm", "off", "status"])
def test_the_windows_script_holds_together(verb: str) -> None:
    """Windowsの手順は、括弧と引用符が合い、呼ぶ関数がすべてあり、使う命令は決めたものだけ（動かしてはいない）。"""
    text = windows.text(verb, Plan(resolved(["203.0.113.5:22"]), 60, escape=False), r"C:\it's")
    assert r"$State = 'C:\it''s'" in text
    body = re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"(?m)^\s*#.*$", "", text))
    for left, right in ("()", "[]", "{}"):
        assert body.count(left) == body.count(right)
    assert re.sub(r'`"', "", body).count('"') % 2 == 0
    called = set(re.findall(r"\b[A-Z][A-Za-z]+-[A-Z]\w+", body))
    own = set(re.findall(r"function ([\w-]+)", body))
    assert called - own == SYSTEM
    assert {"Invoke-On", "Invoke-Confirm", "Invoke-Off", "Invoke-Undo", "Invoke-Expire"} <= own
    # What stays on the machine for the undo is the same script, whole.
    kept = re.search(r"(?s)^\$Script = '((?:[^']|'')*)'", text, re.M)
    assert (kept is not None) == (verb == "on")
    if kept:
        assert kept[1].replace("''", "'").endswith("Invoke-Verb")
        assert kept[1].count("function Invoke-Undo") == 1
        rules = re.search(r"(?m)^\$Blocks = @\('((?:[^']|'')*)'", text)
        assert rules is not None
        assert len(json.loads(rules[1].replace("''", "'"))) == 6


# The rules are made before they are enabled, and the old ones go last.
SYSTEM = {
    "Add-Content", "Compare-Object", "ConvertFrom-Json", "Copy-Item", "Disable-NetAdapter",
    "Disable-NetFirewallRule", "Enable-NetAdapter", "Enable-NetFirewallRule", "Export-Csv", "ForEach-Object",
    "Get-Command", "Get-Content", "Get-NetAdapter", "Get-NetFirewallProfile", "Get-NetFirewallRule", "Get-Service",
    "Import-Csv", "Join-Path", "Move-Item", "New-Item", "New-NetFirewallRule", "New-ScheduledTaskAction",
    "New-ScheduledTaskSettingsSet", "New-ScheduledTaskTrigger", "Out-Null", "Register-ScheduledTask", "Remove-Item",
    "Remove-NetFirewallRule", "Select-Object", "Set-Content", "Set-NetFirewallProfile", "Sort-Object",
    "Start-ScheduledTask", "Start-Sleep", "Test-Path", "Unregister-ScheduledTask", "Where-Object",
}  # fmt: skip


def test_windows_keeps_the_order_that_leaves_no_gap() -> None:
    """控え→タイマー→無効のまま作る→まとめて有効にする→古いものを消す、の順が守られている。"""
    text = windows.text("on", Plan(timer=60, escape=False))
    body = text[text.rindex("function Invoke-On") :]
    order = [
        "Put 'phase' 'intended'", "advfirewall export", "Start-Timer;", "Enabled = 'False'", "-All -Enabled True",
        "Enable-NetFirewallRule", "Remove-NetFirewallRule", "Put 'phase' 'cut'",
    ]  # fmt: skip
    firewall = body[body.index("else {\n        $old") :]
    places = [body.index(words) for words in order[:3]] + [
        body.index(firewall) + firewall.index(words) for words in order[3:]
    ]
    assert places == sorted(places)


def functions(text: str) -> dict[str, str]:
    """The body of each function of a PowerShell script."""
    return dict(re.findall(r"(?ms)^function ([\w-]+)[^\n]*\{\n(.*?)^\}", text))


def test_windows_names_every_rule_that_it_changes() -> None:
    """名前なしで呼ぶと全部の規則に効く命令は、必ず自分の規則の名前か組を付けて呼ぶ。"""
    text = windows.text("on", Plan(timer=60, escape=False))
    calls = re.findall(r"(?:Remove|Enable|Disable)-NetFirewallRule(.*)", text)
    assert calls
    assert {call.split()[0] for call in calls} <= {"-Name", "-Group"}
    removals = re.findall(r"Remove-NetFirewallRule(.*)", text)
    assert {tuple(call.split()[:2]) for call in removals} == {("-Name", "$_.Name")}


def test_windows_rolls_back_late_rather_than_never() -> None:
    """自動で戻す仕事は、期限の後に始まり、期限まで待ち、できるまで毎分くり返し、暦の書き方に左右されない。"""
    own = functions(windows.text("on", Plan(timer=60, escape=False)))
    assert "Put 'deadline' \"$($at.Ticks)\"" in own["Start-Timer"]
    assert "Parse(" not in own["Get-Left"]
    assert "-At ($at.ToLocalTime().AddSeconds(1)) -RepetitionInterval" in own["Start-Timer"]
    assert "-StartWhenAvailable" in own["Start-Timer"]
    assert own["Invoke-Verb"].index("Wait-Deadline") < own["Invoke-Verb"].index("Mutex")


def test_windows_rolls_back_where_scripts_are_forbidden_or_the_clock_was_set_back() -> None:
    """会社の決まりでスクリプトが禁じられていても、時計が戻されても、自動で戻す仕事は行われる。"""
    own = functions(windows.text("on", Plan(timer=60, escape=False)))
    timer = own["Start-Timer"]
    assert " -File " not in timer
    assert "-Command `\"& ([ScriptBlock]::Create([IO.File]::ReadAllText('$file'))) -Verb expire`\"" in timer
    # It begins at once and waits by itself; what it waited out is over, whatever the clock says.
    assert timer.index("Register-ScheduledTask") < timer.index("Start-ScheduledTask")
    assert own["Wait-Deadline"].index("Start-Sleep") < own["Wait-Deadline"].rindex("$mine")
    assert "$Waited -eq (Kept 'deadline')" in own["Invoke-Expire"]
    assert timer.index("Put 'given'") < timer.index("Put 'deadline'")
    assert "[int](Kept 'given') + 60" in own["Get-Left"]
    # Without a task nothing is cut, and no note tells of a timer that nobody keeps.
    on = own["Invoke-On"]
    assert on.index("Start-Timer;") < on.index("Stop-Timer; if ($waiting) { Invoke-Back }") < on.index("Invoke-Cut")


def test_windows_gives_back_what_it_can() -> None:
    """抜かれたアダプターが一つあっても、ほかは戻る。日本語の名前は、どの版が書いたものでも読める。"""
    own = functions(windows.text("off", Plan()))
    undo = own["Invoke-Undo"]
    for command in ("Remove-NetFirewallRule", "Set-NetFirewallProfile", "Enable-NetAdapter"):
        assert f"try {{ {command}" in undo
    # A disk that is full keeps nothing closed, either.
    assert not re.search(r"(?<!try \{ )\bPut '", undo)
    assert "catch { Remove-Item" in own["Set-Phase"]
    assert undo.index("Enable-NetAdapter") < undo.index("Put 'adapters' ($closed")
    assert "-Encoding UTF8" in own["Kept"]
    assert re.search(r"Count -eq 0\) \{ Step 'removed' 'ok' ''; Stop-Timer \}", undo)


def test_windows_goes_back_to_the_cut_that_was_confirmed() -> None:
    """確定した切り離しを時間つきで切り直したときは、時間が来ると、確定した切り離しに戻る。"""
    own = functions(windows.text("on", Plan(timer=60, escape=False)))
    on = own["Invoke-On"]
    # What policy refuses is refused before anything is touched.
    assert on.index("'policy_ignores'") < on.index("Put 'phase'") < on.index("Save-Before") < on.index("Start-Timer;")
    assert on.index("Start-Timer;") < on.index("Invoke-Cut") < on.index("Clear-Before }")
    back = own["Invoke-Back"]
    assert back.index("Enable-NetFirewallRule") < back.index("Remove-NetFirewallRule") < back.index("'confirmed'")
    assert "Invoke-Back" in own["Invoke-Expire"]


def test_windows_is_cut_only_when_all_of_it_holds() -> None:
    """切れていると言うのは、規則が全部入って効いていて、通してよいものと、いけないものを、実際に試してから。"""
    own = functions(windows.text("status", Plan()))
    for held in ("(Kept 'rules')", "mpssvc", "Test-Ignored", "Get-NetFirewallProfile -PolicyStore ActiveStore"):
        assert held in own["Test-Cut"]
    assert re.findall(r"Step '(\w+)'", own["Test-Ways"]) == ["rules_loaded", "loopback", "forbidden", "allowed"]
    assert "'silent'" not in own["Test-Ways"][own["Test-Ways"].index("$stopped =") :]
