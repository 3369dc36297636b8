"""From the first run to the sealed record, step by step, as a person does it: only by what the pages offer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.engines.ledger.bagcheck import check_bag
from hikeshi.site import serve, work
from tests.browser import samples
from tests.browser.person import Person
from tests.cast import PASSWORD

NAME = "hanako"


def first_run(one: Person) -> None:
    """The token's address; language, name, password; the key's fingerprint to be written down."""
    token = serve.first_run_token()
    one.go(f"/start/{token}/")
    if one.lang == "en":
        one.press("English") if one.page.locator("html").get_attribute("lang") == "ja" else None
    one.write("お店・事業の名前", "花子の店")
    one.write("お名前", "花子")
    one.write("サインインの名前", NAME)
    one.write("パスワード", PASSWORD)
    one.press("はじめる")
    assert one.path == "/desk/key/"
    assert re.search(r"SHA256:\S{20,}", one.text())


def make_passkey(one: Person) -> None:
    """A passkey in the machine, then recovery codes on paper."""
    devtools = one.page.context.new_cdp_session(one.page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    one.press("パスキーも用意する")
    one.press("パスキーを加える")
    if "reauthenticate" in one.path:
        one.write("いまのパスワード", PASSWORD)
        one.press("確認する")
    one.write("鍵の名前", "仕事用のスマホ")
    one.press("パスキーを作る")
    if one.page.locator("#recovery-codes").count() == 0:
        one.press("作る")
    assert one.page.locator("#recovery-codes li").count() >= 8
    one.press("写しました。ホームへ")


def sign_out(one: Person) -> None:
    one.press_at("details.menu > summary", stays=True)
    one.press("サインアウト")
    if "logout" in one.path:
        one.press("サインアウト", within=one.page.locator("main"))
    one.go("/")
    assert one.path == "/desk/account/login/"


def sign_in(one: Person, *, passkey: bool) -> None:
    if passkey:
        one.press("パスキーでサインイン")
    else:
        one.write("サインインの名前", NAME)
        one.write("パスワード", PASSWORD)
        one.press("サインイン", within=one.page.locator("main form").first)
    assert one.path == "/"


def prepare(one: Person) -> None:
    """Two contacts, each when the page asks for it; then the plan, on the page and as PDF."""
    one.press("備え（計画書・連絡先）")
    for name, phone in (("さくら損保", "0120-111-222"), ("川端法律事務所", "03-1111-2222")):
        before = one.page.locator(".task-title").inner_text()
        one.press_at(".task a.button.primary")
        one.page.locator("form.stack input[name=name]").first.wait_for()
        label = one.page.locator("label[for=id_name]").inner_text().split("\n")[0]
        one.write(label, name)
        one.write(one.page.locator("label[for=id_phone]").inner_text().split("\n")[0], phone)
        one.press("保存する")
        assert one.path == "/prepare/"
        assert one.page.locator(".task-title").inner_text() != before
        assert name in one.page.locator(".paper").inner_text()
    with one.receiving() as file:
        one.press("PDF", stays=True)
    assert file().startswith(b"%PDF")


def alarm(one: Person) -> str:
    """Home, one press, the first card. Answers the incident's reference."""
    one.go("/")
    one.press("事故かもしれない")
    found = re.fullmatch(r"/i/(HKS-\d{4}-\d{3})/first-hour/card-zero/", one.path)
    assert found, one.path
    return found[1]


def card(one: Person) -> str:
    """The name of the card that is open; on every one of them what a card must have."""
    page = one.page
    name = one.path.rstrip("/").rsplit("/", 1)[1]
    if page.locator("article.now-card").count() == 0:
        return ""
    assert page.locator("main .button.primary, main .button.danger, main .button.alarm").count() <= 1
    assert page.locator(".now-card .lead p").count() <= 3
    assert page.locator(".exits button").count() == 2
    assert page.locator(".notebar #note-text").is_visible()
    return name


def first_hour(one: Person, folder: Path) -> list[str]:
    """All cards: chips, わからない, できない, words and a photo; each leads on, none to a dead end."""
    words = contain.shelf().words
    walked: list[str] = []
    pressed: list[str] = []
    one.press(words["card-zero"][one.lang].chips["another"])
    for number in range(40):
        name = card(one)
        if not name:
            break
        assert name not in walked, f"{name} came twice"
        walked.append(name)
        said, chosen = words[name][one.lang], contain.shelf().deck.cards[name]
        if name == "first-look":
            one.choose(contain.shelf().situations["web-site"][one.lang].seen)
            one.write(said.ask, "お店のサイトが知らない絵に変わっていた")
            one.attach("写真（何枚でも。記録にそのまま残ります）", samples.photo(folder))
            one.press(said.primary)
        elif chosen.pick == "one":
            one.press(said.chips.get("no-cards", said.unknown))
        elif chosen.must or number % 5 == 3:
            one.press(said.unknown)
            pressed.append("unknown")
        elif number % 5 == 4:
            one.press(said.cannot)
            pressed.append("cannot")
        else:
            for chip in list(said.chips.values())[:1]:
                one.choose(chip)
            one.press(said.primary)
            pressed.append("seen")
    assert {"unknown", "cannot", "seen"} <= set(pressed)
    one.press("事故のページへ")
    return walked


def note(one: Person, case: casebook.Case) -> None:
    """One line, Enter, recorded, back on the same page."""
    before, path = casebook.head(case).number, one.path
    field = one.page.locator("#note-text")
    if one.keyboard:
        one.tab_to(field)
        one.page.keyboard.insert_text("サーバー会社に電話した。12時に折り返し")
    else:
        field.fill("サーバー会社に電話した。12時に折り返し")
    with one.page.expect_event("domcontentloaded"):
        field.press("Enter")
    one.arrived()
    assert one.path == path
    assert casebook.head(case).number == before + 1
    assert one.page.locator("#note-text").input_value() == ""
    assert "折り返し" in one.text()


def read_log(one: Person, case: casebook.Case, folder: Path) -> None:
    """A real log is brought and read; a person decides that what was found is a fact."""
    one.press_at(".steps a[href$='/investigate/']")
    one.attach("ログのファイル", samples.auth_log(folder, timezone.localtime()))
    one.press("保管して、調べる")
    work.once()
    if one.page.locator("html.scripted").count():
        # With script the page finds out by itself, and at any moment: nothing is pressed meanwhile.
        one.page.locator("#scans[data-running]").wait_for(state="detached")
        one.page.reload()
    elif one.page.get_by_role("link", name=one.says("いまの様子を見る")).count():
        one.press("いまの様子を見る")
    one.press("元の行を見て、決める")
    assert samples.ATTACKER in one.text()
    one.choose(one.says("事実にする（確かめた）"))
    one.choose(one.says("これが侵入経路（入口）だ"))
    one.choose(one.says("不正な目的のおそれがある（犯罪の疑い）"))
    one.press("決めて記録する")
    facts = casebook.facts(case)
    assert facts["crime_suspected"].value is True


def affected(one: Person) -> None:
    """How many people at least and at most, and which data of theirs."""
    one.press("だれの、何の情報が関わるかを書く")
    one.write("少なくとも何人", "412")
    one.write("多くて何人", "431")
    items = casebook.fact_choices("data_items", one.lang)
    for _, words in items[:2]:
        one.choose(str(words))
    one.press("記録する", within=one.page.locator("main"))
    assert "412" in one.text()


def known_at(one: Person, moment: datetime) -> None:
    """When it became known: from then the clocks count."""
    one.press_at(".steps a[href$='/notify/']")
    one.press_at("main a[href*='questions/known_at']")
    one.date("日時", moment)
    one.choose(one.says("確かめた"))
    one.press("記録して次へ")


def clocks(one: Person, case: casebook.Case) -> None:
    """The Commission's clock: day, weekday, days left, what it counts from, the article."""
    one.go(f"/i/{case.reference}/notify/")
    strip = one.page.locator(".clocks")
    words = strip.inner_text()
    weekdays = "月火水木金土日" if one.lang == "ja" else "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
    weekday = f"[({'（'}][{weekdays}][)）]" if one.lang == "ja" else f"(?:{weekdays})"
    assert re.search(weekday, words), words
    assert re.search(r"あと\d+日|今日まで|\d+ days? left|today", words), words
    assert re.search(r"規則|法|Rule|Act|Art", words), words


def copy_sheet(one: Person, case: casebook.Case) -> None:
    """The Commission's nine items on paper."""
    one.press("文書の一覧（下書きから送った証拠まで）")
    one.press_at("main a[href$='documents/ppc-copy-sheet/']")
    with one.receiving() as file:
        one.press("PDF", stays=True)
    assert file().startswith(b"%PDF")


def letter(one: Person, case: casebook.Case, folder: Path) -> None:
    """The letter to customers from draft to the proof that it was sent."""
    one.press("文書", within=one.page.locator("main"))
    one.press_at("main a[href$='documents/customer-letter/']")
    if one.page.get_by_role("link", name=one.says("差出人（名前・住所・電話）を書く")).count():
        one.press("差出人（名前・住所・電話）を書く")
        for label, text in (("屋号・会社名", "花子の店"), ("お名前", "山田花子"), ("電話", "090-0000-0000")):
            one.write(label, text)
        one.press("記録する", within=one.page.locator("main"))
    for action in ("この文の事実を確かめた", "この文を承認する"):
        one.press(action)
    one.write("だれへ", "お客様 431人")
    one.press("送ったと記録する")
    one.attach("証拠のファイル（受付画面の写真など）", samples.receipt(folder))
    one.press("証拠を保管する")
    assert one.says("送って、証拠を保管しました") in one.text()


def recover(one: Person, case: casebook.Case, folder: Path) -> None:
    """One item of recovery, ticked off with its proof; business goes on."""
    one.go(f"/i/{case.reference}/")
    one.press_at(".steps a[href$='/recover/']")
    one.write("すること", "rootのパスワードでの接続をやめ、鍵だけにする")
    one.press("加える", within=one.page.locator("main"))
    one.press("終わった・見送る")
    one.write("したこと・確かめたこと", "設定を変え、パスワードでは入れないことを確かめた")
    one.attach("証拠の写真・画面・ファイル", samples.photo(folder))
    one.press("終わった")
    assert one.page.locator("main a[href*='/evidence/']").count()
    one.press("再開した")


def improve(one: Person, case: casebook.Case) -> None:
    """Why, what against it, by whom until when; the plan's next version; the review."""
    one.go(f"/i/{case.reference}/")
    one.press_at(".steps a[href$='/improve/']")
    one.write("なぜ起きましたか", "パスワードだけで外から入れる設定だった")
    one.press("原因を記録する")
    one.write("すること", "外からの接続は鍵と二段階の確認だけにする")
    one.write("だれが", "花子")
    one.date("いつまでに", timezone.localdate() + timedelta(days=30))
    one.press("加える", within=one.page.locator("main"))
    one.press("次の版で変わるところを見る")
    one.press("この内容で、新しい版にする")
    one.press("対応を振り返る")
    one.write("うまくいったことは何ですか", "すぐに閉じて、時刻を書いた")
    one.press("振り返りを記録する")


def seal(one: Person, case: casebook.Case, folder: Path) -> None:
    """The sealed record as a zip that a stranger's check finds whole."""
    one.go(f"/i/{case.reference}/")
    one.press_at(".steps a[href$='/archive/']")
    with one.receiving() as file:
        one.press("封印して、ファイルを受け取る", stays=True)
    (folder / "sealed.zip").write_bytes(file())
    report = check_bag(folder / "sealed.zip")
    assert report.intact, report


def close(one: Person, case: casebook.Case) -> None:
    """The incident is over; the record stays."""
    one.go(f"/i/{case.reference}/")
    one.press("この事故を閉じる・「事故ではなかった」にする")
    assert one.says("期限のある連絡が、まだ残っています") in one.text()
    one.choose(one.says("対応が終わった"))
    one.write("理由やまとめ", "最終報告は、期限までに別に出します")
    one.press("閉じる", within=one.page.locator("main form"))
    assert one.says("この記録は閉じています") in one.text()
