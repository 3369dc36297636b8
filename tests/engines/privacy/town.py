"""A town that was made up: people, families, offices, and the files that a shop would hold about them.

`Town(seed).write(folder)` writes the files and answers how many different people are in them. Every seed is another
shop: other files, other habits of writing, other rates of what is missing, mistyped, moved and entered twice.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines.privacy import writing

# Not the engine's list: a third of these it does not know.
FAMILY = (
    "佐藤サトウ 鈴木スズキ 高橋タカハシ 田中タナカ 伊藤イトウ 渡辺ワタナベ 山本ヤマモト 中村ナカムラ "
    "小林コバヤシ 加藤カトウ 吉田ヨシダ 山田ヤマダ 佐々木ササキ 山口ヤマグチ 松本マツモト 井上イノウエ "
    "木村キムラ 林ハヤシ 斎藤サイトウ 清水シミズ 山崎ヤマザキ 森モリ 池田イケダ 橋本ハシモト 阿部アベ "
    "石川イシカワ 山下ヤマシタ 中島ナカジマ 石井イシイ 小川オガワ 前田マエダ 岡田オカダ 長谷川ハセガワ "
    "藤田フジタ 後藤ゴトウ 近藤コンドウ 村上ムラカミ 遠藤エンドウ 青木アオキ 坂本サカモト 福田フクダ 太田オオタ "
    "西村ニシムラ 藤井フジイ 金子カネコ 三浦ミウラ 中野ナカノ 原田ハラダ 松田マツダ 竹内タケウチ 小野オノ "
    "田村タムラ 和田ワダ 石田イシダ 上田ウエダ 柴田シバタ 酒井サカイ 宮崎ミヤザキ 横山ヨコヤマ 高木タカギ "
    "安藤アンドウ 宮本ミヤモト 島田シマダ 工藤クドウ 今井イマイ 広瀬ヒロセ 桜井サクライ 浜田ハマダ 渡部ワタベ "
    "沢田サワダ 国分コクブ 辺見ヘンミ 榎並エナミ 鵜飼ウカイ 小鳥遊タカナシ 東雲シノノメ 勅使河原テシガワラ "
    "樫村カシムラ 蓮見ハスミ 磯貝イソガイ 猪俣イノマタ 鴨下カモシタ 九鬼クキ 阿久津アクツ 卯月ウヅキ "
    "海老沢エビサワ 帯刀タテワキ 鹿目カナメ 鬼塚オニヅカ 粕谷カスヤ 喜多キタ 久世クゼ 小日向コヒナタ "
    "桜庭サクラバ 塩見シオミ 杉原スギハラ 瀬川セガワ 園田ソノダ 高梨タカナシ 千歳チトセ"
)
GIVEN = (
    "太郎タロウ 次郎ジロウ 一郎イチロウ 健ケン 誠マコト 翔ショウ 大輔ダイスケ 拓也タクヤ 直樹ナオキ 健太ケンタ "
    "達也タツヤ 和也カズヤ 浩ヒロシ 隆タカシ 豊ユタカ 実ミノル 進ススム 茂シゲル 修オサム 学マナブ 陽翔ハルト "
    "蓮レン 湊ミナト 樹イツキ 悠真ユウマ 颯太ソウタ 花子ハナコ 幸子サチコ 和子カズコ 洋子ヨウコ 恵子ケイコ "
    "久美子クミコ 由美子ユミコ 美咲ミサキ 愛アイ 彩アヤ 優子ユウコ 真由美マユミ 智子トモコ 裕子ユウコ 直美ナオミ "
    "香織カオリ 恵ケイ 麻衣マイ 結衣ユイ 陽菜ヒナ 葵アオイ 凛リン 結菜ユナ 莉子リコ 咲良サクラ さくらサクラ "
    "ひなたヒナタ 正夫マサオ 義男ヨシオ 勝カツ 清キヨシ 三郎サブロウ 勇イサム 弘ヒロシ 博ヒロシ 明アキラ "
    "昭アキラ 一男カズオ 武タケシ 亮リョウ 剛ツヨシ 節子セツコ 文子フミコ 京子キョウコ 君子キミコ 千代子チヨコ "
    "典子ノリコ 順子ジュンコ 雅子マサコ 孝子タカコ 美穂ミホ 舞マイ 遥ハルカ 萌モエ 聡サトシ 哲也テツヤ "
    "秀樹ヒデキ 英樹ヒデキ 俊介シュンスケ 祐介ユウスケ 裕太ユウタ 雄太ユウタ 康平コウヘイ 航平コウヘイ 駿シュン "
    "海斗カイト"
)
FIRST = (
    "健ケン 大ダイ 拓タク 直ナオ 達タツ 和カズ 正マサ 義ヨシ 秀ヒデ 俊シュン 祐ユウ 康ヤス 翔ショウ 孝タカ "
    "智トモ 信ノブ 宏ヒロ 光ミツ 敏トシ 弘コウ"
)
LAST = "太タ 也ヤ 樹キ 介スケ 一イチ 夫オ 平ヘイ 斗ト 之ユキ 彦ヒコ 人ト 志シ 明アキ 次ジ 朗ロウ 馬マ"
HERS = (
    "美ミ 恵エ 由ユ 裕ユウ 直ナオ 真マ 麻アサ 結ユ 陽ヒ 彩アヤ 優ユウ 智トモ 幸サチ 久ヒサ 千チ 沙サ 理リ 奈ナ "
    "紗サ 明アキ"
)
ENDS = "子コ 美ミ 香カ 奈ナ 菜ナ 代ヨ 江エ 穂ホ 衣イ 里リ 咲サキ 音ネ 乃ノ 花カ"
FRONT = "大オオ 小コ 中ナカ 上ウエ 下シモ 東ヒガシ 西ニシ 北キタ 古フル 新ニイ 黒クロ 赤アカ 長ナガ 竹タケ 松マツ"
BACK = "野ノ 川カワ 田ダ 山ヤマ 村ムラ 島シマ 原ハラ 沢サワ 塚ツカ 井イ 谷タニ 岡オカ 倉クラ 林バヤシ"
_TOWNS = (
    "神奈川県横浜市青葉区美しが丘 神奈川県川崎市中原区小杉町 東京都世田谷区三軒茶屋 東京都杉並区阿佐谷南 "
    "埼玉県川越市新富町 千葉県船橋市本町 大阪府豊中市曽根東町 大阪府大阪市北区梅田 兵庫県西宮市甲子園口 "
    "京都府京都市左京区一乗寺 愛知県名古屋市千種区今池 福岡県福岡市早良区西新 北海道札幌市中央区円山 "
    "宮城県仙台市青葉区国分町 広島県広島市中区大手町 静岡県浜松市中央区鍛冶町 新潟県長岡市大手通 "
    "岡山県倉敷市阿知 長野県松本市中央 石川県金沢市片町 熊本県熊本市中央区水前寺 鹿児島県鹿児島市荒田 "
    "沖縄県那覇市おもろまち 香川県高松市瓦町"
)
TOWNS = _TOWNS.split()
_DOMAINS = "gmail.com yahoo.co.jp docomo.ne.jp ezweb.ne.jp softbank.ne.jp outlook.jp icloud.com example.jp nifty.com"
DOMAINS = _DOMAINS.split()


def pairs(listed: str) -> list[tuple[str, str]]:
    """「山田ヤマダ」 as (山田, ヤマダ)."""
    found = []
    for word in listed.split():
        cut = next(n for n, c in enumerate(word) if "ァ" <= c <= "ヶ")
        found.append((word[:cut], word[cut:]))
    return found


def combined(first: str, last: str) -> list[tuple[str, str]]:
    """Every first part with every last one."""
    return [(a + b, x + y) for a, x in pairs(first) for b, y in pairs(last)]


@dataclass
class Person:
    """One of the town. `emails` and `homes` hold what they had before, too."""

    number: int
    family: tuple[str, str]
    given: tuple[str, str]
    emails: list[str]
    phones: list[str]
    homes: list[tuple[str, str]]
    birth: tuple[int, int, int]


@dataclass
class Habits:
    """What this shop's files are like; rates between 0 and 1."""

    nameless: float
    no_email: float
    no_phone: float
    no_address: float
    no_birth: float
    twice: float
    typo: float
    variant: float
    other_email: float
    moved: float
    files: list[str] = field(default_factory=list)


class Town:
    def __init__(self, seed: int, most: int = 3000) -> None:
        self.rng = random.Random(seed)
        rng = self.rng
        self.size = round(min(most, 250 * 12 ** rng.random()))
        self.habits = Habits(
            nameless=rng.uniform(0, 0.08),
            no_email=rng.uniform(0.05, 0.35),
            no_phone=rng.uniform(0.05, 0.35),
            no_address=rng.uniform(0.02, 0.2),
            no_birth=rng.uniform(0.1, 0.6),
            twice=rng.uniform(0, 0.15),
            typo=rng.uniform(0, 0.02),
            variant=rng.uniform(0.01, 0.1),
            other_email=rng.uniform(0.01, 0.06),
            moved=rng.uniform(0.01, 0.06),
            files=rng.sample(sorted(writing.FILES), rng.randint(2, 5)),
        )
        self.people = self._people()

    def _people(self) -> list[Person]:
        rng = self.rng
        families = pairs(FAMILY)
        families += [one for one in combined(FRONT, BACK) if one[0] not in {name for name, _ in families}]
        # About as many share a name as in Japan, or some more: one in 70 families is the commonest one.
        weights = [1 / (n + 12) for n in range(len(families))]
        given = [*pairs(GIVEN), *combined(FIRST, LAST), *combined(HERS, ENDS)]
        offices = [self._landline() for _ in range(max(1, self.size // 150))]
        people: list[Person] = []
        while len(people) < self.size:
            family = rng.choices(families, weights)[0]
            home = self._home()
            landline = self._landline()
            shared = self._email(family, rng.choice(given), len(people)) if rng.random() < 0.1 else ""
            taken: set[str] = set()
            for _ in range(rng.choices((1, 2, 3, 4, 5), (45, 25, 14, 12, 4))[0]):
                name = rng.choice([one for one in given if one[0] not in taken])
                taken.add(name[0])
                phones = [f"0{rng.choice('789')}0{rng.randrange(10**7, 10**8):08d}"] if rng.random() < 0.8 else []
                if not phones or rng.random() < 0.35:
                    phones.append(landline)
                if rng.random() < 0.08:
                    phones = [rng.choice(offices)]
                emails = [shared if shared and rng.random() < 0.6 else self._email(family, name, len(people))]
                emails += [self._email(family, name, len(people) + 50_000)] if rng.random() < 0.25 else []
                homes = [home, self._home()] if rng.random() < 0.3 else [home]
                born = (rng.randrange(1935, 2008), rng.randrange(1, 13), rng.randrange(1, 29))
                people.append(Person(len(people), family, name, emails, phones, homes, born))
        return people[: self.size]

    def _landline(self) -> str:
        area = self.rng.choice(("03", "06", "045", "052", "011", "092", "0467", "0263"))
        return area + "".join(str(self.rng.randrange(1 if n == 0 else 0, 10)) for n in range(10 - len(area)))

    def _home(self) -> tuple[str, str]:
        rng = self.rng
        n = rng.randrange(len(TOWNS))
        code = f"{(n * 37 + 100) % 1000:03d}{rng.randrange(40):04d}"
        return code, f"{TOWNS[n]}{rng.randrange(1, 8)}-{rng.randrange(1, 30)}-{rng.randrange(1, 25)}"

    def _email(self, family: tuple[str, str], given: tuple[str, str], number: int) -> str:
        rng = self.rng
        letters = "".join(rng.choice("abcdefghijkmnorstuvwy") for _ in range(rng.randrange(2, 7)))
        return f"{letters}{rng.choice(('.', '_', ''))}{number}@{rng.choice(DOMAINS)}"

    def write(self, folder: Path) -> int:
        """Write the files; the number of different people in them."""
        seen: set[int] = set()
        for kind in self.habits.files:
            share = self.rng.uniform(0.25, 0.9)
            chosen = [one for one in self.people if self.rng.random() < share]
            chosen += [one for one in chosen if self.rng.random() < self.habits.twice]
            self.rng.shuffle(chosen)
            fields, write = writing.FILES[kind]
            rows = []
            for person in chosen:
                row = self.row(person, fields)
                if any(row.get(name) for name in ("name", "email", "phone", "address")):
                    rows.append(row)
                    seen.add(person.number)
            write(folder, kind, rows, self.rng)
        return len(seen)

    def row(self, person: Person, fields: tuple[str, ...]) -> dict[str, str]:
        """What one file says of a person: some of it missing, old, mistyped, or written in another way."""
        rng, habits = self.rng, self.habits
        home = person.homes[-1] if rng.random() < habits.moved else person.homes[0]
        email = person.emails[-1] if rng.random() < habits.other_email else person.emails[0]
        row = {
            "name": writing.name(person, rng, habits.variant, habits.typo),
            "kana": writing.kana(person, rng),
            "email": writing.email(email, rng, habits.typo),
            "phone": writing.phone(rng.choice(person.phones), rng),
            "postal": writing.postal(home[0], rng),
            "address": writing.address(home[1], rng),
            "birth": writing.birth(person.birth, rng),
        }
        missing = {
            "name": habits.nameless,
            "kana": 0.3,
            "email": habits.no_email,
            "phone": habits.no_phone,
            "postal": habits.no_address,
            "address": habits.no_address,
            "birth": habits.no_birth,
        }
        return {name: "" if rng.random() < missing[name] else row[name] for name in fields}
