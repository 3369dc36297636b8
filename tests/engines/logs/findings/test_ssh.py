"""SSH の総当たりと探りを見つける。"""

from __future__ import annotations

from pathlib import Path

from tests.engines.logs.reading import find, sshd

KIND = "ssh_bruteforce"


def fail(n: int, address: str = "203.0.113.5", user: str = "root", every: int = 10, start: int = 0) -> list[str]:
    return [
        sshd(f"Failed password for {user} from {address} port {4000 + i} ssh2", start + i * every) for i in range(n)
    ]


def accept(user: str, address: str, second: int, method: str = "password") -> str:
    return sshd(f"Accepted {method} for {user} from {address} port 5000 ssh2", second)


def test_many_failures_are_found_without_success(tmp_path: Path) -> None:
    """短い間の多くの失敗を見つけ、成功の記録はないと言う。"""
    (one,) = find(tmp_path, fail(8), KIND)
    assert (one.success, one.variant, one.addresses, one.accounts) == ("no", "failed", ["203.0.113.5"], ["root"])
    assert (one.attempts, one.level, one.last - one.first) == (8, "low", 70)


def test_a_few_mistypings_are_nothing(tmp_path: Path) -> None:
    """打ち間違いほどの失敗は、何でもない。"""
    assert find(tmp_path, [*fail(3, user="hanako"), accept("hanako", "203.0.113.5", 60)], KIND) == []


def test_success_after_many_failures_is_the_gravest(tmp_path: Path) -> None:
    """多くの失敗の後の成功は、重大として、その行を証拠に挙げる。"""
    (one,) = find(tmp_path, [*fail(40), accept("root", "203.0.113.5", 500)], KIND)
    assert (one.success, one.level, one.confidence, one.variant) == ("yes", "high", "high", "success")
    assert any("Accepted password for root" in s.raw for s in one.samples)
    assert one.accounts[0] == "root"


def test_the_account_that_was_entered_is_named(tmp_path: Path) -> None:
    """いくつも試したときは、実際に入られたアカウントを先に挙げる。"""
    lines = [*fail(10, user="root"), *fail(2, user="taro", start=200), accept("taro", "203.0.113.5", 300)]
    (one,) = find(tmp_path, lines, KIND)
    assert (one.params["account"], one.accounts) == ("taro", ["taro", "root"])


def test_success_elsewhere_is_no_success_here(tmp_path: Path) -> None:
    """ほかの接続元の成功を、攻撃の成功とは言わない。"""
    (one,) = find(tmp_path, [*fail(40), accept("hanako", "192.0.2.1", 500)], KIND)
    assert (one.success, one.addresses) == ("no", ["203.0.113.5"])


def test_success_before_the_failures_is_doubted(tmp_path: Path) -> None:
    """前から使っていた接続元なら、本人の打ち間違いかもしれないとする。"""
    lines = [
        accept("hanako", "203.0.113.5", 0),
        *fail(6, user="hanako", start=100),
        accept("hanako", "203.0.113.5", 300),
    ]
    (one,) = find(tmp_path, lines, KIND)
    assert (one.variant, one.confidence, one.level) == ("known_success", "low", "medium")


def test_a_key_after_failures_is_doubted(tmp_path: Path) -> None:
    """鍵での成功は、当てられたとは限らないとする。"""
    lines = [*fail(12, user="hanako"), accept("hanako", "203.0.113.5", 300, "publickey")]
    (one,) = find(tmp_path, lines, KIND)
    assert (one.variant, one.confidence) == ("key_success", "low")


def test_lines_of_one_try_are_not_counted_twice(tmp_path: Path) -> None:
    """一度の試みが何行になっても、一度に数える。"""
    lines = []
    for i in range(6):
        lines += [
            sshd("Invalid user admin from 203.0.113.5 port 40", i * 10),
            sshd(
                "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.5",
                i * 10,
            ),
            sshd("Failed password for invalid user admin from 203.0.113.5 port 40 ssh2", i * 10 + 1),
        ]
    (one,) = find(tmp_path, lines, KIND)
    assert (one.attempts, one.events) == (6, 18)


def test_slow_guessing_at_unknown_accounts_is_found(tmp_path: Path) -> None:
    """ゆっくりでも、知らないアカウントを次々に試せば見つける。"""
    lines = [sshd(f"Invalid user {u} from 203.0.113.5 port 9", i * 7200) for i, u in enumerate("abcd")]
    assert [one.addresses for one in find(tmp_path, lines, KIND)] == [["203.0.113.5"]]


def test_many_accounts_are_called_spraying(tmp_path: Path) -> None:
    """多くのアカウントを少しずつ試す動きは、そう呼ぶ。"""
    lines = [sshd(f"Failed password for invalid user u{i} from 203.0.113.5 port 9 ssh2", i * 5) for i in range(30)]
    (one,) = find(tmp_path, lines, KIND)
    assert (one.variant, one.params["accounts"]) == ("spray", 30)


def test_a_crowd_of_addresses_is_found_together(tmp_path: Path) -> None:
    """一つずつは目立たない多数の接続元を、まとめて見つける。"""
    lines = [sshd(f"Failed password for root from 198.51.100.{i} port 9 ssh2", i * 60) for i in range(1, 31)]
    (one,) = find(tmp_path, lines, KIND)
    assert (one.variant, one.success, len(one.addresses)) == ("crowd", "no", 30)


def test_a_crowd_that_got_in_is_grave(tmp_path: Path) -> None:
    """多数の接続元のうち一つが入ったら、重大とする。"""
    lines = [sshd(f"Failed password for root from 198.51.100.{i} port 9 ssh2", i * 60) for i in range(1, 31)]
    found = find(tmp_path, [*lines, accept("root", "198.51.100.7", 3000)], KIND)
    grave = next(one for one in found if one.success == "yes")
    assert (grave.addresses, grave.level, grave.variant) == (["198.51.100.7"], "high", "crowd_success")


def test_colleagues_who_mistype_are_no_crowd(tmp_path: Path) -> None:
    """それぞれが自分の名前で打ち間違えても、集団の攻撃とは言わない。"""
    lines = [sshd(f"Failed password for staff{i} from 192.0.2.{i} port 9 ssh2", i * 600) for i in range(1, 40)]
    assert find(tmp_path, lines, KIND) == []


def test_probing_is_found_apart(tmp_path: Path) -> None:
    """ログインに至らない探りは、別のものとして見つける。"""
    lines = [
        sshd(f"Unable to negotiate with 203.0.113.7 port {i}: no matching MAC found. Their offer: x [preauth]", i)
        for i in range(6)
    ]
    (one,) = find(tmp_path, lines, "ssh_probe")
    assert (one.variant, one.level) == ("probe", "low")
    assert find(tmp_path, lines, KIND) == []


def test_connections_that_are_left_open_are_found(tmp_path: Path) -> None:
    """ログインせずに待たせる接続が続けば見つける。"""
    lines = [sshd(f"fatal: Timeout before authentication for 203.0.113.7 port {i}", i * 20) for i in range(6)]
    assert [one.variant for one in find(tmp_path, lines, "ssh_probe")] == ["probe"]


def test_a_refused_connection_is_told(tmp_path: Path) -> None:
    """サーバーが断った接続は、一度でも知らせる。"""
    (one,) = find(tmp_path, [sshd("refused connect from example.com (203.0.113.8)")], "ssh_probe")
    assert (one.variant, one.addresses) == ("blocked", ["203.0.113.8"])


def test_an_address_never_seen_before_is_told(tmp_path: Path) -> None:
    """いつもと違う接続元からの成功は、攻撃とは言わずに知らせる。"""
    usual = [accept("hanako", "198.51.100.7", day * 86_400 + i * 60, "publickey") for day in range(4) for i in range(4)]
    (one,) = find(tmp_path, [*usual, accept("hanako", "203.0.113.5", 4 * 86_400)], KIND)
    assert (one.variant, one.success, one.level, one.addresses) == ("new_address", "unknown", "low", ["203.0.113.5"])
    assert find(tmp_path, [*usual, accept("hanako", "198.51.100.9", 4 * 86_400)], KIND) == []
