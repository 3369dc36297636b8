"""The first hour's read tables, made from its entries. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Delete, Upsert

REFUSALS = frozenset(
    {
        "wrong_system",
        "not_root",
        "no_nft",
        "no_state",
        "too_slow",
        "no_tool",
        "no_anchor",
        "policy_ignores",
        "nft_refused",
        "pf_refused",
    }
    | {"no_ssh", "ssh_no_such_host", "ssh_unknown_key", "ssh_denied", "ssh_refused", "ssh_unreachable"}
)
"""Problems after which the host is as it was before."""
TABLES = ["contain.CardAnswer", "contain.HostStep", "contain.HeldAccount", "contain.AccountStep"]


def apply(entry: Recorded) -> Iterator[Upsert | Delete]:
    """The row that an answer writes, a step of isolating a host, or of closing an account."""
    if entry.kind.startswith("isolation."):
        yield _host_step(entry)
    if row := _account(entry):
        yield row
    if entry.kind != "card.answered":
        return
    data = entry.data
    yield Upsert(
        "contain.CardAnswer",
        {"id": f"{entry.chain}:{entry.number}"},
        {
            "chain_id": entry.chain,
            "number": entry.number,
            "card": data["card"][:60],
            "answer": data["answer"],
            "chips": list(data["chips"]),
            "said": list(data["said"]),
            "text_sha256": data["text"] or "",
            "photos": list(data["photos"]),
            "actor_name": entry.actor.name[:80],
            "recorded_at": entry.recorded_at,
            "occurred_at": entry.occurred.start if entry.occurred else None,
        },
    )


def _host_step(entry: Recorded) -> Upsert:
    data = entry.data
    # An intent whose result never came stays "owed": the program may have died, the host must be looked at.
    state = "owed" if entry.kind == "isolation.intended" else data.get("state") or _after_failure(data)
    return Upsert(
        "contain.HostStep",
        {"id": f"{entry.chain}:{entry.number}"},
        {
            "chain_id": entry.chain,
            "number": entry.number,
            "host": data["host"][:300],
            "state": state,
            "allow": list(data["allow"]) if entry.kind == "isolation.done" else None,
        },
    )


def _account(entry: Recorded) -> Upsert | Delete | None:
    data = entry.data
    key = {"id": f"{entry.chain}:{data['account']}"} if entry.kind.startswith("account.") else {}
    about = {"chain_id": entry.chain, "account": data["account"]} if key else {}
    match entry.kind:
        case "account.named":
            values = {
                "number": entry.number,
                "service": data["service"],
                "name": data["name"][:200],
                "label_sha256": data["label"] or "",
                "suspected": data["suspected"],
                "recovered_by": list(data["recovered_by"]),
            }
            return Upsert("contain.HeldAccount", key, {**about, **values})
        case "account.dropped":
            return Delete("contain.HeldAccount", key)
        case "account.closed" | "account.left_open":
            ended = {"ending": entry.kind.partition(".")[2], "ended_at": entry.recorded_at}
            return Upsert("contain.HeldAccount", key, {**about, **ended})
        case "account.step_done":
            values = {
                "number": entry.number,
                "step": data["step"],
                "answer": data["answer"],
                "photos": list(data["photos"]),
                "text_sha256": data["text"] or "",
                "actor_name": entry.actor.name[:80],
                "recorded_at": entry.recorded_at,
            }
            return Upsert("contain.AccountStep", {"id": f"{key['id']}:{data['step']}"}, {**about, **values})
    return None


def _after_failure(data: Mapping[str, Any]) -> str:
    """What is known of a host after something failed there: a failed undo leaves it cut, a lost line leaves doubt."""
    problem = data["problem"].rpartition(".")[2]
    if problem == "not_isolated":
        return "open"
    if data["verb"] == "confirm" or problem not in REFUSALS:
        return "unsure"
    return "failed" if data["verb"] == "on" else "not_undone"
