"""Ways to get a text out of the door that nobody approved: each is tried, and each must raise a Problem."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.notify import letters
from hikeshi.notify import services as notify
from hikeshi.notify.delivery import acts
from hikeshi.notify.letters import leaving
from tests.notify.letters import attempts
from tests.notify.letters.attempts import REFUTED, Room, forged


def edited_after_approval(room: Room) -> None:
    old = room.approved()
    room.add("重ねてお詫び申し上げます。")
    for found in (old, room.paper()):
        letters.send(room.case, found, room.cast.actor, how="post")


def fact_changed_after_approval(room: Room) -> None:
    old = room.approved()
    room.fact("secondary_damage", text="不審なメールが届いたとの連絡がありました")
    letters.send(room.case, old, room.cast.actor, how="post")


def fact_refuted_after_approval(room: Room) -> None:
    old = room.approved()
    room.fact("incident_summary", status="refuted", text=attempts.CONFIRMED)
    letters.send(room.case, old, room.cast.actor, how="post")


def sender_changed_after_approval(room: Room) -> None:
    old = room.approved()
    room.client.post(f"/i/{room.case.reference}/notify/sender/", {"name": "別の店", "phone": "03-9999-0000"})
    letters.send(room.case, old, room.cast.actor, how="post")


def never_checked(room: Room) -> None:
    letters.send(room.case, room.paper(), room.cast.actor, how="post")


def approved_unchecked(room: Room) -> None:
    letters.approve(room.case, room.paper(), room.cast.actor, by="leader", how="on_screen")
    letters.send(room.case, room.paper(), room.cast.actor, how="post")


def approval_of_the_unchecked_by_the_casebook(room: Room) -> None:
    found = room.paper()
    casebook.approve(room.case, f"document:{found.key}", found.sha256, room.cast.actor)
    letters.send(room.case, room.paper(), room.cast.actor, how="post")


def a_paper_that_says_it_was_approved(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    letters.send(room.case, forged(room.paper(), leader=object()), room.cast.actor, how="post")


def a_paper_with_another_text(room: Room) -> None:
    good = room.approved()
    letters.send(room.case, forged(good, text=REFUTED, sha256="0" * 64), room.cast.actor, how="post")


def a_check_of_another_text(room: Room) -> None:
    letters.check(room.case, forged(room.paper(), text=REFUTED, sha256="f" * 64), room.cast.actor)


def the_other_language(room: Room) -> None:
    room.approved(lang="ja")
    letters.send(room.case, room.paper(lang="en"), room.cast.actor, how="post")


def the_other_stage(room: Room) -> None:
    room.approved(kind="ppc-copy-sheet")
    letters.send(room.case, room.paper(kind="ppc-copy-sheet", stage="final"), room.cast.actor, how="post")


def the_other_kind(room: Room) -> None:
    room.approved(kind="customer-letter")
    letters.send(room.case, room.paper(kind="insurer-notice"), room.cast.actor, how="post")


def a_language_as_a_path(room: Room) -> None:
    letters.paper_of(room.case, room.kind, "../customer_letter/ja", "preliminary")


def approved_by_the_technical_lead(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    taro = room.actor(room.cast.taro, "technical")
    letters.approve(room.case, room.paper(), taro, by="leader", how="on_screen")


def approved_under_a_borrowed_hat(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    taro = room.actor(room.cast.taro, "owner")
    letters.approve(room.case, room.paper(), taro, by="leader", how="on_screen")


def approved_past_the_letters(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    taro = room.actor(room.cast.taro, "technical")
    casebook.approve(room.case, f"document:{room.kind}", room.paper().sha256, taro, by="leader")
    letters.send(room.case, room.paper(), room.cast.actor, how="post")


def approved_by_a_stranger(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    saburo = room.actor(room.cast.saburo, "owner")
    letters.approve(room.case, room.paper(), saburo, by="leader", how="on_screen")


def approved_by_the_program(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    letters.approve(room.case, room.paper(), casebook.Actor("hikeshi", "Hikeshi"), by="leader", how="on_screen")


def sent_by_the_technical_lead(room: Room) -> None:
    found = room.approved()
    letters.send(room.case, found, room.actor(room.cast.taro, "technical"), how="post")


def sent_by_a_stranger(room: Room) -> None:
    found = room.approved()
    letters.send(room.case, found, room.actor(room.cast.saburo, "owner"), how="post")


def sent_by_a_reader(room: Room) -> None:
    found = room.approved()
    desk.add_member(room.cast.workspace, room.cast.taro, "reader")
    letters.send(room.case, found, room.actor(room.cast.taro, "owner"), how="post")


def with_an_approval_of_another_business(room: Room) -> None:
    other = attempts.stranger(room.cast)
    found = room.paper()
    saburo = room.actor(room.cast.saburo, "owner")
    casebook.approve(other, f"document:{found.key}", found.sha256, saburo, by="leader")
    letters.check(room.case, found, room.cast.actor)
    letters.send(room.case, room.paper(), room.cast.actor, how="post")


def an_approval_that_was_withdrawn(room: Room) -> None:
    found = room.approved()
    casebook.withdraw(room.case, found.leader, room.cast.actor, "見直します")
    letters.send(room.case, found, room.cast.actor, how="post")


def a_lawyers_word_for_the_leaders(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    letters.approve(room.case, room.paper(), room.cast.actor, by="lawyer", how="by_phone", name="山田", note="可")
    letters.send(room.case, room.paper(), room.cast.actor, how="post")


def from_a_closed_case(room: Room) -> None:
    found = room.approved()
    casebook.close_case(room.case, room.cast.actor, reason="終わり")
    letters.send(room.case, found, room.cast.actor, how="post")


def sent_in_a_time_to_come(room: Room) -> None:
    letters.send(room.case, room.approved(), room.cast.actor, how="post", at=casebook.now() + timedelta(days=2))


def told_in_a_time_to_come(room: Room) -> None:
    ahead = casebook.now() + timedelta(days=2)
    notify.mark_told(room.case, "appi.internal", "first", room.cast.actor, at=ahead)


def a_proof_for_what_was_never_sent(room: Room) -> None:
    sent = forged(room.approved(), letter=SimpleNamespace(sent_at=casebook.now()))
    letters.prove(room.case, sent, room.cast.actor, evidence=[], receipt="R8-1")


def a_stranger_called_the_program(room: Room) -> None:
    letters.send(room.case, room.paper(), casebook.Actor("hikeshi", "Hikeshi"), how="post")


def approved_by_nobody_we_know(room: Room) -> None:
    letters.check(room.case, room.paper(), room.cast.actor)
    letters.approve(room.case, room.paper(), casebook.Actor("0", "", "owner"), by="leader", how="on_screen")


def approved_in_another_case_of_ours(room: Room) -> None:
    other = room.cast.open_case()
    found = room.paper()
    casebook.approve(other, f"document:{found.key}", found.sha256, room.cast.actor, by="leader")
    letters.check(room.case, found, room.cast.actor)
    letters.send(room.case, room.paper(), room.cast.actor, how="post")


def a_list_for_a_draft(room: Room) -> None:
    rows = [["メール"], ["a@example.jp"]]
    delivery = acts.draft(room.case, forged(room.paper(), leader=object()), "mail", rows, room.cast.actor)
    acts.settle(room.case, delivery, ["email"], True, room.cast.actor)
    acts.begin(room.case, delivery, room.paper().sha256, room.cast.actor)


def a_list_begun_after_the_text_changed(room: Room) -> None:
    room.clean()
    old = room.approved()
    delivery = acts.draft(room.case, old, "post", [["住所"], ["東京都港区芝1-2-3"]], room.cast.actor)
    acts.settle(room.case, delivery, ["address"], True, room.cast.actor)
    room.add("重ねてお詫び申し上げます。")
    acts.begin(room.case, delivery, old.sha256, room.cast.actor)


def edited_in_a_closed_case(room: Room) -> None:
    casebook.close_case(room.case, room.cast.actor, reason="終わり")
    room.add("あとからの一文")


def a_used_number_of_a_form(room: Room) -> None:
    number = "a1" * 16
    casebook.add_note(room.case, "別のこと", room.cast.actor, request_id=f"{number}x")
    found = room.approved()
    letters.send(room.case, found, room.cast.actor, how="post", request_id=f"{number}x")


def through_a_suspect_mailbox(room: Room) -> None:
    found = room.approved()
    room.fact("own_mail_suspect", True, "suspected")
    letters.send(room.case, found, room.cast.actor, how="mail")


def through_a_machine_nobody_knows_of(room: Room) -> None:
    found = room.approved()
    room.fact("own_machine_suspect", None, "unknown")
    letters.send(room.case, found, room.cast.actor, how="web_form")


def a_statement_without_a_lawyer(room: Room) -> None:
    letters.send(room.case, room.approved(kind="public-statement"), room.cast.actor, how="published")


def a_statement_with_a_lawyers_name_alone(room: Room) -> None:
    found = room.approved(kind="public-statement")
    subject = f"document:{found.key}"
    casebook.approve(room.case, subject, found.sha256, room.cast.actor, by="lawyer", how="by_mail", name="山田")
    letters.send(room.case, room.paper(kind="public-statement"), room.cast.actor, how="published")


def a_lawyers_mail_about_another_text(room: Room) -> None:
    found = room.approved(kind="public-statement")
    mail = b"From: lawyer@law.example\r\nDate: Fri, 06 Nov 2026 10:00:00 +0900\r\n\r\nOK: " + b"0" * 64
    given: dict[str, Any] = {"by": "lawyer", "how": "by_mail", "name": "山田", "evidence": mail}
    letters.approve(room.case, found, room.cast.actor, **given)


def without_a_lawyer_and_without_a_reason(room: Room) -> None:
    letters.without_lawyer(room.case, room.approved(kind="public-statement"), "急ぐ", room.cast.actor, " ")


def a_reason_for_another_finding(room: Room) -> None:
    room.add("おそらく外部からの攻撃です。")
    letters.check(room.case, room.paper(), room.cast.actor)
    letters.override(room.case, room.paper(), "0" * 24, "理由はあります", room.cast.actor)


def a_reason_for_the_text_before(room: Room) -> None:
    room.add("おそらく外部からの攻撃です。")
    letters.check(room.case, room.paper(), room.cast.actor)
    for one in leaving.findings(room.case, room.paper()):
        letters.override(room.case, room.paper(), one.id, "急ぐので、このまま出します", room.cast.actor)
    room.add("おそらく外部からの攻撃です。重ねてお詫びします。")
    letters.check(room.case, room.paper(), room.cast.actor)
    letters.approve(room.case, room.paper(), room.cast.actor, by="leader", how="on_screen")


def a_reason_by_the_technical_lead(room: Room) -> None:
    room.add("おそらく外部からの攻撃です。")
    one = leaving.findings(room.case, room.paper())[0]
    letters.override(room.case, room.paper(), one.id, "急ぐので", room.actor(room.cast.taro, "technical"))


def an_empty_reason(room: Room) -> None:
    room.add("おそらく外部からの攻撃です。")
    one = leaving.findings(room.case, room.paper())[0]
    letters.override(room.case, room.paper(), one.id, "  ", room.cast.actor)


ATTEMPTS: dict[str, Callable[[Room], None]] = {
    name.replace("_", " "): one
    for name, one in list(globals().items())
    if callable(one) and getattr(one, "__module__", "") == __name__
}
