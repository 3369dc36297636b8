"""Deliveries of a filled installation: lists in every stage, people in every state. No mail leaves."""

from __future__ import annotations

from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.notify import services as notify
from hikeshi.notify.delivery import acts, entries, rules, setup
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
    """One not confirmed, one ready, one that ran with every end there is, one by letter, one by telephone."""
    checked = notify.check_paper(case, notify.paper(case, KIND, "ja"), cast.actor)
    paper = notify.approve_paper(case, checked, cast.actor)
    mail = {"host": "smtp.example.jp", "port": 587, "security": "starttls", "user": "hanako"}
    said = {"sender": "hanako@example.jp", "sender_name": "花子の店", "imap_host": "imap.example.jp"}
    setup.set_up_mail(cast.workspace, entries.MailSetUp(**mail, **said), cast.actor)  # type: ignore[arg-type]
    acts.draft(case, paper, "mail", [HEAD, *PEOPLE], cast.actor)
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
    by_state = {person.state: (now.delivery, number) for now in begun for number, person in now.people.items()}
    persons = [{"delivery": delivery, "number": number} for delivery, number in by_state.values()]
    states = [{"delivery": begun[0].delivery, "?": f"?state={state}"} for state in rules.STATES[:1]]
    any_person = {"delivery": begun[0].delivery, "number": 1}
    by_post = next(now.delivery for now in begun if now.way == "post")
    return {
        "notify:delivery": [{"delivery": now.delivery} for now in there],
        "notify:delivery_columns": [{"delivery": now.delivery} for now in there if not now.begun_at],
        "notify:delivery_people": [*({"delivery": now.delivery} for now in begun), *states],
        "notify:delivery_person": persons,
        "notify:delivery_decide": [any_person],
        "notify:delivery_letters": [{"delivery": by_post, "number": 1}],
        "notify:delivery_act": [{"delivery": by_post, "what": "pause"}],
    }
