"""A second made-up place, written apart from town.py and never tuned on: other names, layouts, habits and mistakes.

Names follow how common they really are (a few very common ones, a long tail); people marry and change their name, move,
share an e-mail with their spouse, mistype their own address, and are typed in by tired clerks. Files are those of shop
systems, forms, chats and mail. `Village(seed).write(folder)` writes them and answers how many people are in them.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

COMMON = "佐藤:サトウ 鈴木:スズキ 髙橋:タカハシ 田中:タナカ 伊藤:イトウ 渡邊:ワタナベ 山本:ヤマモト 中村:ナカムラ"
MIDDLE = (
    "大西:オオニシ 河野:コウノ 平野:ヒラノ 杉山:スギヤマ 増田:マスダ 小島:コジマ 久保:クボ 千葉:チバ "
    "岩崎:イワサキ 桜井:サクライ 野口:ノグチ 松尾:マツオ 野村:ノムラ 菊地:キクチ 佐野:サノ 木下:キノシタ "
    "大野:オオノ 水野:ミズノ 新井:アライ 丸山:マルヤマ 菅原:スガワラ 古川:フルカワ 市川:イチカワ "
    "島﨑:シマザキ 五十嵐:イガラシ 吉川:ヨシカワ"
)
RARE = (
    "三枝:サエグサ 四方:シカタ 一ノ瀬:イチノセ 八木沢:ヤギサワ 大河内:オオコウチ 勅使川原:テシガワラ "
    "纐纈:コウケツ 百目鬼:ドウメキ 月見里:ヤマナシ 神保:ジンボ 雨宮:アメミヤ 皆川:ミナガワ 根津:ネヅ "
    "小久保:コクボ 生駒:イコマ 真壁:マカベ"
)
GIVEN = (
    "翔太:ショウタ 美優:ミユ 健一:ケンイチ 久美:クミ 裕樹:ユウキ 知子:トモコ 貴史:タカシ 千尋:チヒロ "
    "俊彦:トシヒコ 沙織:サオリ 大和:ヤマト 紬:ツムギ 朔:サク 澪:ミオ 伸一:シンイチ 絵里:エリ 雅人:マサト "
    "瞳:ヒトミ 徹:トオル 早苗:サナエ 悟:サトル 香奈:カナ 広志:ヒロシ 奈々:ナナ 慎吾:シンゴ 綾乃:アヤノ "
    "啓太:ケイタ 真理:マリ 竜也:タツヤ 由香里:ユカリ 匠:タクミ ほのか:ホノカ 律:リツ 琴音:コトネ "
    "宗一郎:ソウイチロウ 芽依:メイ 幹夫:ミキオ 節:セツ 仁:ジン 幸恵:ユキエ 晴:ハル 司:ツカサ 弥生:ヤヨイ "
    "敦:アツシ 梓:アズサ"
)
PLACES = (
    "青森県弘前市土手町 岩手県盛岡市菜園 山形県酒田市亀ケ崎 福島県郡山市朝日 茨城県つくば市吾妻 "
    "栃木県宇都宮市駅前通り 群馬県前橋市千代田町 富山県富山市総曲輪 福井県福井市順化 山梨県甲府市丸の内 "
    "岐阜県高山市本町 三重県四日市市諏訪栄町 滋賀県大津市浜大津 奈良県奈良市三条町 和歌山県田辺市湊 "
    "鳥取県米子市角盤町 島根県松江市殿町 山口県下関市竹崎町 徳島県徳島市寺島本町西 愛媛県松山市大街道 "
    "高知県高知市帯屋町 佐賀県佐賀市駅前中央 長崎県佐世保市島瀬町 大分県別府市北浜 宮崎県延岡市川原崎町 "
    "東京都練馬区豊玉北 東京都足立区千住 大阪府堺市堺区三国ヶ丘御幸通 神奈川県相模原市南区相模大野"
)
MAILS = "gmail.com yahoo.co.jp docomo.ne.jp icloud.com outlook.jp ezweb.ne.jp nifty.com ocn.ne.jp"
SLIPS = {"gmail.com": "gmial.com", "docomo.ne.jp": "docomo.co.jp", "yahoo.co.jp": "yahoo.ne.jp"}
ROMAN = "abcdefghijkmnoprstuy"


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(word.split(":")[0], word.split(":")[1]) for word in text.split()]


@dataclass(frozen=True)
class Villager:
    """One person, as they are."""

    number: int
    family: tuple[str, str]
    given: tuple[str, str]
    email: str
    phone: str
    postal: str
    address: str
    born: tuple[int, int, int]


class Village:
    """People, and the files that a business there would hold."""

    def __init__(self, seed: int, most: int = 1500) -> None:
        self.rng = rng = random.Random(f"village {seed}")
        self.families = [_pairs(COMMON), _pairs(MIDDLE), _pairs(RARE)]
        self.given, self.places = _pairs(GIVEN), PLACES.split()
        self.blank, self.slip = rng.uniform(0.05, 0.4), rng.uniform(0.002, 0.02)
        self.again, self.moved = rng.uniform(0.05, 0.5), rng.uniform(0.0, 0.06)
        self.people: list[Villager] = []
        while len(self.people) < rng.randrange(most // 5, most):
            self._household()
        self.seen: set[int] = set()

    def _household(self) -> None:
        rng = self.rng
        family = rng.choice(rng.choices(self.families, (0.25, 0.45, 0.3))[0])
        place = f"{rng.choice(self.places)}{rng.randrange(1, 9)}-{rng.randrange(1, 40)}-{rng.randrange(1, 30)}"
        if rng.random() < 0.3:
            place += f" {rng.choice(('ハイツ', 'メゾン', 'コーポ'))}{rng.choice('松竹梅光')}{rng.randrange(101, 909)}"
        postal, line = f"{rng.randrange(1000):03d}-{rng.randrange(10_000):04d}", self._phone(land=True)
        shared = self._email()
        for n in range(rng.choices((1, 2, 3, 4), (0.6, 0.2, 0.12, 0.08))[0]):
            own = rng.random() < 0.8
            born = (rng.randrange(1938, 2012), rng.randrange(1, 13), rng.randrange(1, 29))
            phone = self._phone() if own else line
            email = self._email() if n == 0 or rng.random() < 0.8 else shared
            given = rng.choice(self.given)
            self.people.append(Villager(len(self.people), family, given, email, phone, postal, place, born))

    def _phone(self, *, land: bool = False) -> str:
        rng = self.rng
        if land:
            return f"0{rng.randrange(11, 99)}-{rng.randrange(200, 999)}-{rng.randrange(10_000):04d}"
        return f"0{rng.choice('789')}0-{rng.randrange(1000, 9999)}-{rng.randrange(10_000):04d}"

    def _email(self) -> str:
        rng = self.rng
        name = "".join(rng.choice(ROMAN) for _ in range(rng.randrange(5, 10)))
        return f"{name}{rng.choice(('', '.', '_'))}{rng.randrange(1, 2000)}@{rng.choice(MAILS.split())}"

    def told(self) -> Villager:
        """Somebody as one form tells of them: moved, married, mistyped."""
        rng = self.rng
        who = rng.choice(self.people)
        self.seen.add(who.number)
        if rng.random() < self.moved:
            who = replace(who, address=f"{rng.choice(self.places)}{rng.randrange(1, 9)}-{rng.randrange(1, 40)}")
        if rng.random() < self.moved / 6:
            who = replace(who, family=rng.choice(self.families[1]))
        if rng.random() < self.slip:
            local, _, domain = who.email.partition("@")
            who = replace(who, email=f"{local}@{SLIPS.get(domain, domain)}")
        if rng.random() < self.slip:
            at = rng.randrange(5, len(who.phone))
            who = replace(who, phone=who.phone[:at] + rng.choice("0123456789") + who.phone[at + 1 :])
        if rng.random() < self.slip:
            who = replace(who, given=self._misheard(who.given))
        return who

    def _misheard(self, given: tuple[str, str]) -> tuple[str, str]:
        """A given name as a tired clerk types it: in kana, a character short, or one character of another name."""
        rng, name = self.rng, given[0]
        if rng.random() < 0.4 or len(name) < 2:
            return given[1], given[1]
        if rng.random() < 0.3:
            return name[:-1], given[1]
        at = rng.randrange(len(name))
        return name[:at] + rng.choice(rng.choice(self.given)[0]) + name[at + 1 :], given[1]

    def row(self, who: Villager) -> dict[str, str]:
        """What stands in the fields: some empty, each written in one of the ways of writing."""
        rng = self.rng
        gap = rng.choice(("", " ", "　"))
        year, month, day = who.born
        said = {
            "family": who.family[0],
            "given": who.given[0],
            "name": who.family[0] + gap + who.given[0],
            "kana": who.family[1] + rng.choice(("", " ")) + who.given[1],
            "email": who.email if rng.random() < 0.9 else who.email.upper(),
            "phone": who.phone if rng.random() < 0.6 else who.phone.replace("-", ""),
            "postal": rng.choice((who.postal, who.postal.replace("-", ""), f"〒{who.postal}")),
            "address": who.address if rng.random() < 0.8 else who.address.replace("-", "−"),
            "birth": f"{year}/{month}/{day}" if rng.random() < 0.5 else f"{year}年{month}月{day}日",
        }
        for key in ("kana", "email", "phone", "postal", "address", "birth"):
            if rng.random() < self.blank:
                said[key] = ""
        if not (said["email"] or said["phone"] or said["address"]):
            said["email"] = who.email
        return said

    def write(self, folder: Path) -> int:
        """Write this shop's files; how many different people are in them."""
        rng = self.rng
        kinds = rng.sample((self._orders, self._form, self._members, self._mail, self._chat), rng.randrange(2, 6))
        for make in kinds:
            make(folder, max(20, int(len(self.people) * rng.uniform(0.3, 1 + self.again))))
        return len(self.seen)

    def _orders(self, folder: Path, count: int) -> None:
        head = "注文ID,注文日時,姓,名,セイ,メイ,会社名,郵便番号,都道府県,住所1,TEL,E-MAIL,商品名,小計,支払方法"
        lines = [head]
        for n in range(count):
            who = self.told()
            said, pref = self.row(who), self._prefecture(who.address)
            town = said["address"].removeprefix(pref)
            said_pref = pref if town else ""
            cells = [f"{n:08d}", f"2026/10/{n % 28 + 1:02d} 09:{n % 60:02d}", said["family"], said["given"]]
            cells += [who.family[1], who.given[1]] if said["kana"] else ["", ""]
            cells += ["", said["postal"], said_pref, town, said["phone"], said["email"]]
            cells += ["珈琲豆 200g", "1,480", "銀行振込"]
            lines.append(",".join(f'"{cell}"' for cell in cells))
        (folder / "order_export.csv").write_bytes("\r\n".join(lines).encode("cp932", "replace"))

    def _prefecture(self, address: str) -> str:
        return address[: 4 if address[3] == "県" else 3]

    def _form(self, folder: Path, count: int) -> None:
        lines = ["タイムスタンプ\tお名前（フルネーム）\tご連絡先メールアドレス\tお電話番号\t生年月日\tご要望"]
        for n in range(count):
            said = self.row(self.told())
            cells = [f"2026/09/{n % 28 + 1} 10:22:{n % 60:02d}"]
            cells += [said[key] for key in ("name", "email", "phone", "birth")]
            lines.append("\t".join([*cells, "特になし"]))
        (folder / "回答.tsv").write_text("\n".join(lines), encoding="utf-16")

    def _members(self, folder: Path, count: int) -> None:
        made = []
        for n in range(count):
            said = self.row(self.told())
            keys = {"name": "name", "kana": "kana", "mail": "email", "tel": "phone", "zip": "postal"}
            keys |= {"address": "address", "birthday": "birth"}
            made.append({"id": n, **{shown: said[key] for shown, key in keys.items()}, "rank": "silver"})
        (folder / "members.json").write_text(json.dumps({"members": made}, ensure_ascii=False), encoding="utf-8")

    def _mail(self, folder: Path, count: int) -> None:
        with (folder / "inbox.mbox").open("wb") as file:
            for _ in range(count // 4):
                who = self.told()
                mail = EmailMessage()
                mail["From"], mail["To"] = f"{who.family[0]}{who.given[0]} <{who.email}>", "info@village.example.jp"
                mail["Subject"] = "お問い合わせ"
                signature = f"{who.family[0]} {who.given[0]}\n電話 {who.phone}\n"
                mail.set_content(f"{who.family[0]}と申します。\n\n先日の件です。\n\n{signature}")
                file.write(b"From x Mon Oct  5 09:00:00 2026\n" + mail.as_bytes() + b"\n")

    def _chat(self, folder: Path, count: int) -> None:
        lines = []
        for n in range(count // 3):
            who = self.told()
            lines.append(
                f"【受付{n}】\nお名前：{who.family[0]}{who.given[0]}\nお電話：{who.phone}\nメール：{who.email}\n内容：配達の件\n"
            )
        (folder / "受付メモ.txt").write_bytes("\n".join(lines).encode("euc_jp", "replace"))
