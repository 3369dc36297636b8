"""その機械で動かす道具：事故の前に手もとに置け、キットにもzipにも同じものが入り、ハッシュで確かめられる。"""

import hashlib
import io
import re
import subprocess
import zipfile
from html import unescape

import pytest

from hikeshi import __version__
from hikeshi.engines import evidence, isolation
from hikeshi.kit import building, services, tools
from tests.components import needs

NAMES = {"collect.sh", "collect-macos.sh", "collect.ps1", "isolate.sh", "isolate-macos.sh", "isolate.ps1"}


@pytest.fixture
def unpacked(tmp_path):
    with zipfile.ZipFile(io.BytesIO(services.tools_zip())) as archive:
        archive.extractall(tmp_path)
    return tmp_path / tools.FOLDER


def test_the_zip_holds_every_script_and_checks_with_sha256sum(unpacked):
    """zipには六つの手順と使い方があり、sha256sum だけで確かめられ、一字変わると分かる。"""
    needs("sha256sum")
    assert {path.name for path in unpacked.iterdir()} == NAMES | {"README.txt", "SHA256SUMS"}
    check = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd=unpacked, capture_output=True).returncode == 0
    (unpacked / "isolate.sh").write_bytes((unpacked / "isolate.sh").read_bytes() + b"#\n")
    done = subprocess.run(check, cwd=unpacked, capture_output=True, text=True)
    assert (done.returncode, "isolate.sh: FAILED" in done.stdout) == (1, True)


def test_the_scripts_are_those_of_the_engines():
    """中身は、証拠を集める仕組みと切り離す仕組みのものと同じ。PowerShellは、Windowsが読める印で始まる。"""
    made = {tool.name: tool for tool in services.tools()}
    assert set(made) == NAMES
    for system in evidence.collectors():
        assert made[evidence.collector(system).script].text == evidence.script(system, version=__version__)
    for system in ("linux", "darwin", "win32"):
        name, text = isolation.carried(system)
        assert made[name].text == text
    for tool in made.values():
        assert tool.data.startswith(b"\xef\xbb\xbf") == tool.name.endswith(".ps1")
        assert b"\r" not in tool.data
        assert bool(tool.undo) == (tool.what == "isolate")


def test_the_same_tools_give_the_same_zip():
    """作り直しても一字も変わらないので、紙に書いたハッシュと比べられる。"""
    tools.packed.cache_clear()
    first = services.tools_zip()
    tools.packed.cache_clear()
    assert services.tools_zip() == first


def test_how_to_use_them_is_said_in_both_languages(unpacked):
    """使い方は両方の言葉で、命令と元に戻し方と、実機で動かしていないものを言う。"""
    text = (unpacked / "README.txt").read_bytes().decode("utf-8-sig")
    assert text.count("\r\n") == text.count("\n")
    for tool in services.tools():
        assert tool.command in text
        assert tool.undo in text
    for words in (
        "LANケーブルを抜き",
        "電源は切らない",
        "pull out the cable",
        "実機ではまだ動かしていない",
        "not yet run",
    ):
        assert words in text


@pytest.mark.django_db
def test_the_kit_carries_them_to_the_byte():
    """携帯キットの一つのHTMLの中に、どの手順も一字も変わらずに入り、打つ命令とハッシュは両方の言葉の側に載る。"""
    text = building.build({}).decode()
    kept = dict(re.findall(r'aria-label="([^"]+)"[^>]*>([^<]*)</textarea>', text))
    for tool in services.tools():
        assert unescape(kept[tool.name]) == tool.text
        for lang in ("ja", "en"):
            side = text[text.index(f'<section id="{lang}-tools"') :]
            side = unescape(side[: side.index("</section>")])
            assert tool.command in side
            assert tool.sha256 in side
            assert services.TOOLS_NAME in side


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_anybody_may_save_them_before_signing_in(client, lang):
    """サインインしていなくても、見て、写して、保存できる。ページのハッシュは、渡されるファイルのもの。"""
    response = client.get("/kit/hikeshi-kit-tools.zip")
    assert response["Content-Disposition"] == 'attachment; filename="hikeshi-kit-tools.zip"'
    page = unescape(client.get("/kit/tools/", headers={"accept-language": lang}).content.decode())
    assert hashlib.sha256(response.content).hexdigest() in page
    for tool in services.tools():
        assert tool.sha256 in page
        assert tool.command in page
        assert tool.text in page
    assert 'href="/kit/tools/"' in client.get("/kit/").content.decode()
