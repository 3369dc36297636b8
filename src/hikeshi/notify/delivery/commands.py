"""`hikeshi delivery`: send a list that was begun, say where it stands, fetch what came back."""

from __future__ import annotations

import json
import time
from typing import Annotated, Any

import typer

Case = Annotated[str, typer.Argument(metavar="CASE", help="事故の番号 / the case's reference")]
Json = Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")]
Business = Annotated[str, typer.Option("--workspace", help="事業の名前（一つだけなら省ける） / name of the business")]
Ask = Annotated[
    bool,
    typer.Option("--ask-password", help="パスワードをいま尋ね、残さない / ask for the password now and do not keep it"),
]
STATES = {
    "waiting": "これから / to go",
    "later": "あとでもう一度 / tried again later",
    "sent": "送った / sent",
    "told": "伝えた / told",
    "open": "届いたかわからない / unknown whether it went",
    "failed": "送れない / could not be sent",
    "returned": "戻ってきた / came back",
    "broken": "宛先を直す / address to be corrected",
    "elsewhere": "ほかの方法で / in another way",
    "left": "送らない / nothing more",
}


def run(reference: Case, workspace: Business = "", ask_password: Ask = False, as_json: Json = False) -> None:
    """始めた送信を、終わるまで続ける（途中で止まっても、二度は送らない） / Send what was begun, never twice"""
    case = _case(reference, workspace)
    from hikeshi.notify.delivery import acts, running

    password = typer.prompt("パスワード / password", hide_input=True, err=True) if ask_password else None
    for now in acts.of_case(case):
        if now.way != "mail" or now.stage != "running":
            continue
        while not running.run(case, now.delivery, password=password, on_batch=_progress):
            time.sleep(1.0)  # another process of this machine is at it
    _tell(case, as_json)


def status(reference: Case, workspace: Business = "", as_json: Json = False) -> None:
    """送信がどこまで進んだかを言う（名前は出さない） / Say where deliveries stand, without names"""
    _tell(_case(reference, workspace), as_json)


def bounces(reference: Case, workspace: Business = "", ask_password: Ask = False) -> None:
    """戻ってきたメールを受信箱から探す / Look in the mailbox for mails that came back"""
    case = _case(reference, workspace)
    from hikeshi.casebook import services as casebook
    from hikeshi.notify.delivery import bounced

    password = typer.prompt("パスワード / password", hide_input=True, err=True) if ask_password else None
    typer.echo(bounced.look(casebook.workspace_of(case), password=password))


def _case(reference: str, workspace: str) -> Any:
    from hikeshi.desk.services import start_django

    start_django()
    from hikeshi.casebook import services as casebook
    from hikeshi.engines.common.problem import Problem

    found = [
        case
        for case in casebook.Case.objects.filter(reference=reference)
        if not workspace or casebook.workspace_of(case).name == workspace
    ]
    if not found:
        raise Problem("casebook.no_case", reference=reference)
    if len(found) > 1:
        raise Problem("notify.which_workspace", reference=reference, exit=2)
    return found[0]


def _progress(now: Any) -> None:
    counts = now.counts()
    done = now.count - counts["waiting"] - counts["later"]
    typer.echo(f"{done} / {now.count}", err=True)


def _tell(case: Any, as_json: bool) -> None:
    from hikeshi import words
    from hikeshi.notify.delivery import acts

    lang = words.user_language()
    found: list[dict[str, Any]] = [
        {
            "delivery": now.delivery,
            "document": now.document,
            "way": now.way,
            "stage": now.stage,
            "problem": now.problem,
            "people": now.count,
            "states": {state: number for state, number in now.counts().items() if number},
        }
        for now in acts.of_case(case)
    ]
    if as_json:
        typer.echo(json.dumps({"case": case.reference, "deliveries": found}, ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo(f"{one['document']} ({one['way']}) {one['stage']} {one['problem']}")
        for state, number in one["states"].items():
            typer.echo(f"  {words.half(STATES[state], lang)}: {number}")
