"""The commonest family names of Japan, about two thirds of all people: what tells a name from other words."""
# words: data throughout, family names

from __future__ import annotations

from .normal import VARIANTS

_COMMON = (
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 "
    "池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 福田 太田 西村 "
    "藤井 金子 岡本 藤原 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原 内田 柴田 酒井 宮崎 "
    "横山 高木 安藤 宮本 大野 小島 谷口 工藤 今井 高田 増田 丸山 杉山 村田 大塚 新井 小山 平野 藤本 河野 上野 "
    "野口 武田 松井 千葉 菅原 岩崎 木下 久保 佐野 野村 松尾 市川 菊地 菊池 杉本 古川 大西 島田 水野 桜井 渡部 "
    "高野 吉川 山内 西田 飯田 西川 小松 北村 安田 五十嵐 川口 平田 関 中田 久保田 服部 東 岩田 土屋 川崎 福島 "
    "本田 辻 樋口 秋山 田口 永井 中西 吉村 川上 石原 大橋 松岡 馬場 浜田 森本 星野 矢野 浅野 大久保 吉岡 小池 "
    "野田 荒木 熊谷 松浦 大谷 内藤 黒田 尾崎 川村 永田 望月 松村 田辺 荒井 堀 小沢 菅野 平井 大島 西山 早川 広瀬 "
    "栗原 片山 白井 東野 柳沢 今村 関口 鎌田 石橋 本間 飯塚 横田 奥村 岩本 小田 須藤 田島 川島 富田 中沢 伊東 "
    "北川 福井 宮田 大川 奥田 杉浦 小西 上村 吉野 根本 宮下 児玉 堀内 岡崎 成田 三宅 鶴田 天野 萩原 西 浅井 神田 "
    "山中 八木 村井 江口 戸田 大山 森下 徳永 黒木 植田 川田 小谷 関根 松永 柏木 南 滝沢 寺田 野崎 小倉 沢田 白石 "
    "大木 稲垣 岸 土井 角田 落合 篠原 高山 坂口 三好 今野 片岡 河合 平山 真田 牧野 相沢 大森 桑原 細川 及川 千田 "
    "米田 若林 長田 宇野 中井 岡 谷 榎本 比嘉 金城 大城 宮城 新垣 玉城 島袋 上原 知念 古谷 日高 甲斐 梅田 塚本 "
    "高島 安部 竹田 小原 石塚 武藤 田代 佐久間 手塚 下田 大石 村松 塩田 小泉 進藤 新田 藤川 藤岡 藤村 小笠原 "
    "榊原 長谷部 三上 水谷 河村 瀬戸 向井 梶原 福本 門脇 稲葉 相馬 畑中 堀江 大村 小森 松原 北野 黒川 竹中 吉本"
)
SURNAMES = frozenset(name.translate(VARIANTS) for name in _COMMON.split())


def surname_of(name: str) -> str:
    """The common family name that this name (in normal form) begins with, the longest; "" when there is none."""
    for length in (3, 2, 1):
        if len(name) > length and name[:length] in SURNAMES:
            return name[:length]
    return ""
