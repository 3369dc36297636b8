"""Deliveries of a filled installation: lists in every stage, people in every state. No mail leaves."""

from __future__ import annotations

from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.notify import services as notify
from hikeshi.notify.delivery import acts, entries, setup
from tests.cast import Cast

KIND = "phishing-warning"
HEAD = ["お名前", "メール", "住所", "電話", "項目", "件数"]
PEOPLE = [
    ["山田 花子<b>", "a@example.com", "東京都千代田区千代田1-1-1", "090-0000-0001", "氏名・住所", "3"],
    ["山田 次郎", "a@example.com", "東京都千代田区千代田1-1-1", "", "氏名", "1"],
    ["アドレスのない人", "なし", "大阪府大阪市北区一丁目", "090-0000-0003", "", ""],
    *([f"客{n} " + "とても長い名前の会社" * (n % 3), f"c{n}@example.com", "", "", "", ""] for n in range(4, 12)),
]


def fill(case: Any, cast: Cast) -> None:
    """One ready, one that ran with every end there is, one by letter, one by telephone."""
    sender = {"name": "花子の店", "person": "山田花子", "phone": "090-0000-0000", "email": "hanako@example.jp"}
    notify.state_sender(cast.workspace, cast.actor, **sender, postal_code="100-0001", address="千代田区千代田1-1-1")
    checked = notify.check_paper(case, notify.paper(case, KIND, "ja"), cast.actor)
    paper = notify.approve_paper(case, checked, cast.actor)
    mail = {"host": "smtp.example.jp", "port": 587, "security": "starttls", "user": "hanako"}
    said = {"sender": "hanako@example.jp", "sender_name": "花子の店", "imap_host": "imap.example.jp"}
    setup.set_up_mail(cast.workspace, entries.MailSetUp(**mail, **said), cast.actor)  # type: ignore[arg-type]
    ready = [_listed(case, paper, cast, way) for way in ("mail", "mail", "post", "phone")]
    for delivery in ready[2:] if case.drill else ready[1:]:  # in a drill no mail begins
        acts.begin(case, delivery, paper.sha256, cast.actor)
    if not case.drill:
        _ran(case, ready[1], paper.sha256)
    acts.called(case, ready[3], 1, "told", "花子が電話し、お詫びした", cast.actor)


def _listed(case: Any, paper: Any, cast: Cast, way: str) -> str:
    delivery = acts.draft(case, paper, way, [HEAD, *PEOPLE], cast.actor)
    acts.settle(case, delivery, acts.standing(case, delivery).guessed, True, cast.actor)
    return delivery


def _ran(case: Any, delivery: str, sha256: str) -> None:
    """What a run and a bounce leave, with every state; then it stopped for a reason."""
    about = {"delivery": delivery, "batch": 1, "sha256": sha256}
    numbers = [number for number, one in acts.standing(case, delivery).people.items() if one.state == "waiting"]
    ends = {"sent": numbers[:4], "failed": numbers[4:5], "open": numbers[5:6], "later": numbers[6:7]}
    raw = casebook.evidence_entry(case, b"Subject: returned", "returned.eml", acts.ENGINE)
    more: list[Any] = [
        entries.DeliveryBatchBegun(**about, claim="0" * 16, numbers=numbers[:7]),  # type: ignore[arg-type]
        entries.DeliveryBatchEnded(**about, **ends, codes={str(numbers[4]): 550}),  # type: ignore[arg-type]
        entries.DeliveryReturned(
            delivery=delivery,
            recipient=numbers[0],
            what="failed",
            status="5.1.1",
            certain=False,
            mail=str(raw.data.sha256),
        ),
        entries.DeliveryPaused(
            delivery=delivery,
            on=True,
            problem="mail.unreachable",
            params={"host": "x", "port": "25", "reason": "timeout"},
        ),
    ]
    casebook.record(case, [raw, *(casebook.Entry(one, acts.ENGINE, step=acts.STEP) for one in more)])


def names(case: Any) -> dict[str, list[dict[str, Any]]]:
    """What stands in the addresses of deliveries."""
    there = acts.of_case(case)
    begun = [now for now in there if now.begun_at]
    mail = next((now for now in begun if now.way == "mail"), begun[0])
    number = next((n for n, one in mail.people.items() if one.state == "open"), 1)
    by_phone, by_post = (next(now.delivery for now in begun if now.way == way) for way in ("phone", "post"))
    ready = next(now.delivery for now in there if now.stage == "listed")
    person = {"delivery": mail.delivery, "number": number}
    return {
        "notify:delivery": [{"delivery": delivery} for delivery in (mail.delivery, ready, by_phone)],
        "notify:delivery_columns": [{"delivery": ready}],
        "notify:delivery_people": [{"delivery": mail.delivery}],
        "notify:delivery_person": [person],
        "notify:delivery_decide": [person],
        "notify:delivery_letters": [{"delivery": by_post, "number": 1}],
        "notify:delivery_act": [{"delivery": by_post, "what": "pause"}],
    }
