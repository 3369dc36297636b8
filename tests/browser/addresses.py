"""Every page that the product's addresses lead to. A new page is found by itself; a new name in them is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.engines.logs.browsing import Look
from hikeshi.improve import services as improve
from hikeshi.investigate import looking
from hikeshi.investigate import services as investigate
from hikeshi.investigate.models import PeopleCount, Scan
from hikeshi.notify import documents
from hikeshi.notify.forms import FORMS
from hikeshi.notify.law import lawfiles
from hikeshi.prepare import reading
from hikeshi.prepare import rules as prepare_rules
from hikeshi.recover import services as recover
from tests.browser import delivered
from tests.browser.filled import Filled

# Addresses that rightly are no page for somebody signed in, and why.
NO_PAGE = {
    "account_confirm_email": "there is no e-mail",
    "account_reset_password_from_key": "there is no e-mail",
    "desk:start": "signed in: leads home",
    "desk:join": "checked signed out",
    "mfa_download_recovery_codes": "recovery codes are shown once",
    "mfa_login_webauthn": "asked by the script of the sign-in page",
}


def patterns(resolver: Any = None, spaces: tuple[str, ...] = (), above: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Every named address ("board:incident") with the names that stand in it."""
    for one in (resolver or get_resolver()).url_patterns:
        wanted = above | frozenset(one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            yield from patterns(one, (*spaces, one.namespace) if one.namespace else spaces, wanted)
        elif one.name:
            yield ":".join((*spaces, one.name)), wanted


def names(made: Filled) -> dict[str, list[dict[str, Any]]]:
    """What stands in the addresses. Without an entry here, one value for each name is taken from `usual`."""
    case = made.case
    walk, accounts = contain.walk_of(case), contain.accounts(case)
    kinds = list(documents.kinds())
    scans = Scan.objects.filter(chain_id=case.chain_id, state="done").values_list("scan", flat=True)
    prepared = [{"subject": row.subject, "key": row.key} for row in reading.rows(made.cast.workspace)]
    return {
        "board:incident": [{"ref": one.reference} for one in (case, made.closed, made.begun)],
        "board:end": [{"ref": one.reference} for one in (case, made.closed)],
        "board:facts": [{"ref": one.reference} for one in (case, made.begun)],
        "contain:card": [{"name": name} for name in walk.order],
        "contain:list": [{"ref": one.reference} for one in (case, made.begun)],
        "contain:accounts": [{"ref": one.reference} for one in (case, made.begun)],
        "contain:account": [{"account": accounts[0].id}],
        "contain:account_step": [{"account": accounts[1].id, "part": accounts[1].account.steps[-1].id}],
        "contain:situation": [{"situation": "web-site"}],
        "investigate:page": [{"ref": one.reference} for one in (case, made.begun)],
        "investigate:finding": [{"name": one["row"].finding} for one in investigate.findings(case)],
        "investigate:scan": [{"name": name} for name in scans],
        "investigate:ask": [{}, {"?": "?sql=SELECT+*+FROM+events+LIMIT+3"}],
        "investigate:export_shown": [{"form": "csv"}] if scans else [],
        "investigate:export": [{"name": name, "form": "csv"} for name in scans],
        "investigate:people_count": [{"name": one.counting} for one in PeopleCount.objects.filter(state="done")],
        "investigate:event": [{"?": event(case)}],
        "recover:page": [{"ref": one.reference} for one in (case, made.begun)],
        "recover:item": [{"name": one.item} for one in recover.items(case)],
        "recover:take": [{"name": next(iter(recover.suggestions()))}],
        "improve:page": [{"ref": one.reference} for one in (case, made.begun)],
        "improve:end_measure": [{"name": one.measure} for one in improve.measures(case)],
        "notify:duties": [{"ref": one.reference} for one in (case, made.begun)],
        "notify:question": [{"key": key} for key in questions()],
        "notify:told": [{"target": "ppc", "stage": stage} for stage in ("first", "final")],
        "notify:document": [{"kind": kind} for kind in kinds],
        "notify:edit": [{"kind": kind} for kind in ("customer-letter", "public-statement", "phone-sheet")],
        **delivered.names(case),
        "notify:file": [{"kind": kinds[0], "form": "pdf"}],
        "notify:step": [{"kind": kinds[0], "act": "check"}],
        "prepare:list": [{"subject": subject} for subject in prepare_rules.SUBJECTS],
        "prepare:new": [{"subject": subject} for subject in prepare_rules.SUBJECTS if subject != "role"],
        "prepare:edit": prepared,
        "prepare:verify": prepared[:1],
        "prepare:remove": prepared[:1],
        "prepare:restore": prepared[:1],
        "archive:page": [{"ref": one.reference} for one in (case, made.begun)],
    }


def questions() -> list[str]:
    """One question of every form, and those that every report needs."""
    book = lawfiles.shipped().facts
    first = {kind: next((key for key, fact in book.items() if fact.type == kind), None) for kind in FORMS}
    return sorted({key for key in first.values() if key} | {"known_at", "persons", "cause"})


def event(case: Any) -> str:
    """The first event of the logs that were read, as the timeline names it."""
    row = looking.view(case, "", Look(size=1)).rows[0]
    return "?" + urlencode({"file": row["file"], "record": row["record"]})


def usual(made: Filled) -> dict[str, Any]:
    """The value of a name that has no list of its own."""
    evidence = casebook.evidence_of(made.case).first()
    return {
        "ref": made.case.reference,
        "sha256": evidence.sha256 if evidence else "0" * 64,
        "situation": "web-site",
        "name": "site-stop",
        "version": 1,
        "lang": "ja",
        "form": "pdf",
        "token": made.invitation,
        "person": made.invited.pk,
        "pk": 1,
        "key": "x-x",
        "uidb36": "1",
        "system": "linux",
    }


def addresses(made: Filled, keys: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every address with its name, filled in. `keys`: what only the caller knows, as a passkey's number."""
    special, plain = names(made), {**usual(made), **keys}
    for name, wanted in patterns():
        for given in special.get(name, [{}]):
            unknown = wanted - set(given) - set(plain)  # "?" is what follows the path
            assert not unknown, f"tests/browser/addresses.py: what stands for {sorted(unknown)} in {name}?"
            path = reverse(name, kwargs={key: given.get(key, plain.get(key)) for key in wanted})
            yield name, path + given.get("?", "")


def pages(client: Client, found: Iterator[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Those that answer with a page: name, address and HTML. All others must say why not: a form's target, a file …"""
    kept, wrong = {}, []
    for name, address in found:
        response = client.get(address)
        response.close()
        if response.status_code == 200 and _is_page(response):
            kept[address] = (name, response.content.decode())
        elif response.status_code not in (200, 302, 405) and name not in NO_PAGE:
            wrong.append(f"{response.status_code} {name} {address}")
    assert not wrong, "\n".join(wrong)
    return [(name, address, html) for address, (name, html) in kept.items()]


def _is_page(response: Any) -> bool:
    head = response.headers
    html = head.get("Content-Type", "").startswith("text/html") and "Content-Disposition" not in head
    return html and not response.streaming and b"<html" in response.content  # a part for htmx has no <html>
