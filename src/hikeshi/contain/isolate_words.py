"""What `hikeshi isolate` says: 「日本語 / English」, one sentence each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from hikeshi import words

if TYPE_CHECKING:
    from hikeshi.engines.isolation import Step

STATES = {
    "isolated": "「{host}」は、ネットワークから切り離されています。 / {host} is cut off the network.",
    "pending": "「{host}」は切り離されています。あと {seconds} 秒のうちに確定しないと、自動で元に戻ります。"
    " / {host} is cut off. Unless it is confirmed within {seconds} seconds, it goes back by itself.",
    "pending_cut": "「{host}」は切り離されています。あと {seconds} 秒のうちに確定しないと、"
    "前に確定した切り離しに、自動で戻ります（つながりません）。"
    " / {host} is cut off. Unless it is confirmed within {seconds} seconds, the cut that was"
    " confirmed before comes back by itself; it does not open.",
    "open": "「{host}」は、切り離されていません（ふだんどおりつながります）。 / {host} is not cut off.",
    "lost": "「{host}」の切り離しが、ほかのプログラムか再起動で外れています。"
    "もう一度「python3 start.py isolate on」を実行してください。"
    " / Another program or a reboot ended the cut of {host}. Run “python3 start.py isolate on” again.",
    "undoing": "「{host}」は、元に戻している途中です。 / {host} is being undone.",
    "unknown": "「{host}」の状態が分かりません。 / The state of {host} is not known.",
}
STEPS = {
    "evidence": "消えやすい証拠 / volatile evidence",
    "watch": "見張り（時間が来たら戻す・規則が消されたら戻す） / watch: rolls back in time, puts rules back",
    "timer": "自動で戻すタイマー / timer for the roll-back",
    "cut": "通信を切る / the cut",
    "flows_killed": "つながっていた通信を終わらせる / ending established connections",
    "tracked_forgotten": "中継していた通信の控えを消す / forgetting forwarded connections",
    "owned": "ほかの道具に消されない写し / a copy that other tools cannot flush",
    "rules_loaded": "規則が入っているか / the rules are loaded",
    "loopback": "この機械の中（localhost）は通るか / localhost works",
    "forbidden": "通してはいけないものが止まるか / what must not pass is stopped",
    "allowed": "通すものが通るか / what must pass does",
    "tried": "実際に試す / trying it",
    "reached_again": "新しい接続で届くか / reached again by a new connection",
    "after_reboot": "再起動のあとも切れたままか / still cut after a reboot",
    "confirmed": "確定 / confirmed",
    "removed": "規則を取り除く / removing the rules",
    "same_as_before": "前の規則と同じか / the other rules are as before",
    "finished": "途中で止まった作業を終える / finishing what was left half-done",
    "rolled_back": "自動で元に戻した / went back by itself",
    "recorded": "記録 / the record",
    "saved": "前の設定の控え / the settings of before",
}
NOWHERE = "もともと行き先がありません / there is no way out there anyway"
RESULTS = {"ok": "できた / done", "failed": "できなかった / failed", "skipped": "試せなかった / not tried"}
WHY = {
    "no_systemd": "systemd がないため、再起動すると切り離しは外れます。再起動しないでください"
    " / there is no systemd here: a reboot ends the cut, so do not reboot",
    "no_disk": "ディスクに書けないため、再起動すると切り離しは外れます"
    " / the disk cannot be written: a reboot ends the cut",
    "evidence.too_long": "時間がかかりすぎるため、切るほうを先にしました。集まったところまでは残してあります"
    " / it took too long, so the cut came first; what had come is kept",
    "no_room": "ディスクに空きがないため、比べられません / the disk is full: there was no room to compare",
    "no ping": "ping がありません / there is no ping",
    "no ss": "ss がありません / there is no ss",
}
SAID = {
    "times": "{n}とおり / {n} ways",
    "already_on": "すでに切り離されていました。通すものを、今回のものに置き換えました。"
    " / It was cut off already. What may pass was replaced.",
    "already_confirm": "すでに確定していました。 / It was confirmed already.",
    "already_off": "もともと切り離されていませんでした。何も変えていません。"
    " / It was not cut off. Nothing was changed.",
    "allow": "通すもの：{what} / May pass: {what}",
    "nothing": "通すもの：なし（この機械の中だけ） / May pass: nothing but this machine itself",
    "confirm": "続けるなら：{command} / To keep it: {command}",
    "undo": "元に戻すには：{command} / To undo: {command}",
    "by_hand": "Hikeshiがなくても、その機械で：{command} / Without Hikeshi, on that machine: {command}",
    "power": "電源は切らないでください。 / Leave the power on.",
    "leaks": "切りましたが、止まるはずのものが止まったと確かめられません。LANケーブルを抜き、Wi-Fiを切ってください。"
    " / The cut was made, but not all is seen to be stopped. Pull out the network cable and switch Wi-Fi off.",
    "root": "管理者になった攻撃者は、この切り離しを外せます。できるならLANケーブルも抜いてください。"
    " / An attacker who is administrator can undo this cut. If you can, pull out the cable too.",
    "layers": "この機械のカーネルでは、IPより下（生のフレームなど）までは切れません。LANケーブルも抜いてください。"
    " / This kernel cannot cut below IP (raw frames). Pull out the cable, too.",
    "case": "事故 {book} に記録しました。 / Recorded in {book}.",
    "journal": "手控え {book} に書きました。あとで「python3 start.py evidence import」で事故の記録に取り込めます。"
    " / Written to the journal {book}; “python3 start.py evidence import” takes it into an incident later.",
    "noticed": "状態が変わっていたので、事故 {book} に記録しました。 / The state had changed; recorded in {book}.",
    "evidence": "証拠：{path} / Evidence: {path}",
    "over_link": "離れたところから入っているため、{seconds} 秒のタイマーを付けました。締め出されないためです。"
    " / You came in from afar, so there is a timer of {seconds} seconds, lest you be locked out.",
    "will_stop": "この画面は離れたところから開いているようです。切ると、この画面も止まります。"
    "{seconds} 秒たてば自動で元に戻るので、待ってください。切ったままにするには、その機械の前で行います。"
    " / You seem to have come in from afar: with the cut this screen stops, too. Wait: it goes back by itself after"
    " {seconds} seconds. To keep it cut, do it at the machine itself.",
}
INWARDS = "{address}（この機械の{port}番の入口だけ） / {address} (only into port {port} of this machine)"


def gathered(steps: Iterable[Step]) -> list[tuple[Step, int]]:
    """Each step once, with how often it ended so; a failed one stands alone, with its own reason."""
    found: dict[object, tuple[Step, int]] = {}
    for step in steps:
        key = step if step.result == "failed" else (step.name, step.result, why(step.detail) == NOWHERE)
        first, times = found.get(key, (step, 0))
        found[key] = first, times + 1
    return list(found.values())


def why(detail: str) -> str:
    """A detail in words, where we have them."""
    return NOWHERE if "Network is unreachable" in detail else WHY.get(detail, detail)


def passing(allowed: str) -> str:
    """What may pass, as a person reads it: only the way in is said in words."""
    inwards = re.fullmatch(r"(\S+) → :(\d+)", allowed)
    return words.fill(words.half(INWARDS), {"address": inwards[1], "port": inwards[2]}) if inwards else allowed
