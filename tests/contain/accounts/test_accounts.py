"""アカウントの手順：証拠、止める、確かめるの順で、どの一歩にも場所があり、日本語と英語がそろう。"""

import dataclasses
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from hikeshi.contain.accounts import accounts
from hikeshi.contain.accounts.accounts import AccountError, services

SERVICES = services()
# What sole proprietors use (issue 4). More folders are welcome; none of these may go.
NEEDED = set(
    re.findall(
        r"\S+",
        """google microsoft apple line line-official instagram-facebook x freee money-forward rakuten amazon yahoo-japan
    onamae xserver sakura conoha lolipop bank card wordpress linux windows microsoft-365 google-workspace""",
    )
)
JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff]")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A shelf with one service, to be spoilt."""
    shutil.copytree(accounts.ROOT / "rakuten", tmp_path / "rakuten")
    return tmp_path


def spoil(shelf: Path, file: str, old: str, new: str) -> str:
    """What the loader says when `old` stands as `new` in one file."""
    path = shelf / "rakuten" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AccountError) as caught:
        services(shelf)
    return str(caught.value)


def test_every_service_that_sole_proprietors_use_is_there() -> None:
    """課題が挙げたサービスは、どれもフォルダーがある。"""
    assert set(SERVICES) >= NEEDED


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_proof_stands_before_revoke_and_revoke_before_verify(service: str) -> None:
    """どのサービスも、先に証拠、次に止める、最後に確かめる。"""
    phases = [step.phase for step in SERVICES[service].steps]
    assert phases == sorted(phases, key=accounts.PHASES.index)
    assert phases[0] == "proof"
    assert phases.count("proof") >= 2
    assert phases[-1] == "verify"


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_revoking_goes_beyond_the_password(service: str) -> None:
    """止める手順は、パスワードのほかに三つ以上の入り口に触れる。"""
    about = {step.about for step in SERVICES[service].phase("revoke")}
    assert len(about - {"password"}) >= 3
    assert "password" in about


@pytest.mark.parametrize("service", [name for name, one in SERVICES.items() if one.opens == "mail"])
def test_mail_looks_at_forwarding_both_times(service: str) -> None:
    """メールでは、転送と振り分けを、残すときも消すときも見る。"""
    for phase in ("proof", "revoke"):
        assert "forwarding" in {step.about for step in SERVICES[service].phase(phase)}


@pytest.mark.parametrize("lang", accounts.LANGUAGES)
@pytest.mark.parametrize("service", sorted(SERVICES))
def test_each_step_says_what_and_where(service: str, lang: str) -> None:
    """どの一歩にも、することと場所があり、確かめる一歩には添える証拠がある。"""
    words = SERVICES[service].words[lang]
    assert set(words.steps) == {step.id for step in SERVICES[service].steps}
    for step in SERVICES[service].steps:
        said = words.steps[step.id]
        assert said.place
        assert bool(said.attach) == (step.phase == "verify")
        assert len(said.do) <= (90 if lang == "ja" else 130), said.do
    assert words.dont
    assert words.help


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_both_languages_are_themselves(service: str) -> None:
    """英語の側に日本語はなく、日本語の手順は「。」で終わる文になっている。"""
    for step, said in SERVICES[service].words["en"].steps.items():
        assert not JAPANESE.search(said.do + said.place + said.attach), step
    for step, said in SERVICES[service].words["ja"].steps.items():
        assert said.do.endswith("。"), step
    assert not JAPANESE.search(" ".join(SERVICES[service].words["en"].dont))


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_what_was_not_read_is_said(service: str) -> None:
    """読んでいない出典は、読んでいないと日本語でも英語でも言う。"""
    one = SERVICES[service]
    for name, source in one.sources.items():
        assert date.fromisoformat(source.checked) <= date(2027, 12, 31)
        if source.read:
            assert source.url.startswith("https://")
        else:
            ja, en = one.words["ja"].sources[name], one.words["en"].sources[name]
            assert re.search("読んでいません|人づて|公式ではありません|だけを読みました|違います", ja), ja
            assert re.search("not read|second hand|not official|only the beginning|differ", en), en


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_help_can_be_found(service: str) -> None:
    """どのサービスにも、公式の助けの場所がある（銀行とカードは、手元の紙の番号）。"""
    one = SERVICES[service]
    assert one.help_url.startswith("https://") or one.stop_first


def test_what_no_program_sees_is_a_step_of_its_own() -> None:
    """Microsoft 365の命令が見ないもの（隠れたルールと転送、端末、管理者の役割）は、人の手順のまま残る。"""
    steps = {step.id: step for step in SERVICES["microsoft-365"].steps}
    by_hand = {name for name, step in steps.items() if not step.done_by}
    assert by_hand >= {"forwarding", "devices", "roles", "forwarding-off", "devices-off", "roles-off", "rules-again"}
    for name, step in steps.items():
        if step.done_by:
            said = SERVICES["microsoft-365"].words["en"].steps[name].do
            assert not re.search("hidden rules|delegate|device|administrator|keys", said), name


def test_a_secret_is_never_a_field() -> None:
    """どの型にも、秘密を書く欄はない。"""
    from hikeshi.contain.accounts import ordering

    for module in (accounts, ordering):
        for kind in vars(module).values():
            if isinstance(kind, type) and dataclasses.is_dataclass(kind):
                assert not [field.name for field in dataclasses.fields(kind) if accounts.SECRET.search(field.name)]


def test_a_place_for_a_secret_is_refused(shelf: Path) -> None:
    """ファイルに秘密の欄を足すと、そのファイルを名ざして断る。"""
    said = spoil(shelf, "account.toml", 'about = "history"', 'about = "history"\nold_password = ""')
    assert "rakuten/account.toml" in said
    assert "a secret is never a field" in said


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("account.toml", 'opens = "shop"', 'opens = "everything"', "opens is one of"),
        ("account.toml", 'by = "hand"', 'by = "luck"', "by is hand or program"),
        ("account.toml", "[[verify]]", "[[check]]", "check"),
        ("account.toml", 'id = "orders"', 'id = "history"', "more than one step is called history"),
        ("account.toml", "https://my.rakuten", "javascript:my.rakuten", "url is an https address"),
        ("account.toml", "read = false", 'read = "no"', "needs read"),
        ("account.toml", 'about = "history"', 'about = "weather"', "about one of"),
        ("ja.toml", "[proof.history]", "[proof.histroy]", "histroy"),
        ("en.toml", "attach = ", "attache = ", "attache"),
        ("en.toml", "place = ", "place = '' #", "needs do, place"),
        ("ja.toml", "dont = [", "# dont = [", "dont is missing"),
        ("ja.toml", "name = ", "name = [", "ja.toml"),
    ],
)
def test_each_mistake_is_named_with_its_file(shelf: Path, file: str, old: str, new: str, told: str) -> None:
    """まちがいは、ファイルの名前とその場所を言う。"""
    said = spoil(shelf, file, old, new)
    assert f"rakuten/{file}" in said
    assert told in said


def test_a_missing_language_is_named(shelf: Path) -> None:
    """片方の言葉のファイルがなければ、その名前を言う。"""
    (shelf / "rakuten" / "en.toml").unlink()
    with pytest.raises(AccountError, match=r"rakuten/en\.toml"):
        services(shelf)
