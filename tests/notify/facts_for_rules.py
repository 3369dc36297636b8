"""Facts for the tests of the rules, and the law once more in plain booleans, written apart from the duty files."""

from datetime import UTC, datetime
from typing import Any

from hikeshi.notify.rules import Evaluation, evaluate

NOW = datetime(2026, 11, 6, 3, 0, tzinfo=UTC)

# 知った・漏えい・個人データ・暗号化なし・回収なし。何号にもあたらない。
LEAK: dict[str, Any] = {
    "known_at": "2026-11-06T10:00:00+09:00",
    "event": ["leak"],
    "certainty": "confirmed",
    "recovered_unseen": False,
    "same_data_elsewhere": False,
    "personal_data": True,
    "collecting_data": False,
    "strong_protection": False,
    "sensitive": False,
    "financial_harm": False,
    "malicious": False,
    "persons": 10,
    "role": ["operator"],
    "contact_possible": True,
    "stop_use_requested": False,
    "my_number": False,
    "mn_misuse": False,
    "mn_gov_system": False,
    "mn_public_view": False,
    "mn_persons_max": 0,
    "card_data": False,
    "insured": False,
    "contract_notice": False,
    "crime_suspected": False,
    "phishing_site": False,
    "ransom": False,
    "ddos": False,
    "other_cyber": False,
    "incident_kind": ["leak"],
}
DOMAIN: dict[str, list[Any]] = {
    **{key: [True, False] for key, value in LEAK.items() if isinstance(value, bool)},
    "event": [["leak"], ["loss"], ["damage"], ["leak", "damage"], []],
    "certainty": ["confirmed", "suspected", "ruled_out"],
    "persons": [1000, 1001],
    "mn_persons_max": [100, 101],
    "role": [["operator"], ["entrustee"], ["operator", "entrustee"]],
    "incident_kind": [["malware"], ["unauthorised_access"], ["outage"]],
}


def judge(**changes: Any) -> Evaluation:
    """The leak above with changes; a value of None is not known."""
    return evaluate({**LEAK, **changes}, now=NOW)


def law(f: dict[str, Any]) -> dict[str, bool]:
    """duties.md §7.1 and §7.3 over complete facts."""
    leak = "leak" in f["event"] and not f["recovered_unseen"]
    loss = bool({"loss", "damage"} & set(f["event"])) and not f["same_data_elsewhere"]
    leak_event = f["certainty"] in ("confirmed", "suspected") and (leak or loss)
    p = leak_event and f["personal_data"] and not f["strong_protection"]
    p3 = leak_event and (f["personal_data"] or f["collecting_data"]) and not f["strong_protection"]
    mn = f["my_number"] and not f["strong_protection"]
    mn_event = mn and (leak_event or f["mn_misuse"])
    report = {
        "appi.report.7_1": p and f["sensitive"],
        "appi.report.7_2": p and f["financial_harm"],
        "appi.report.7_3": p3 and f["malicious"],
        "appi.report.7_4": p and f["persons"] > 1000,
    }
    mn_report = {
        "mn.report.1": mn and leak_event and f["mn_gov_system"],
        "mn.report.2": mn_event and f["malicious"],
        "mn.report.3": mn and f["mn_public_view"],
        "mn.report.4": mn_event and f["mn_persons_max"] > 100,
    }
    due, mn_due = any(report.values()), any(mn_report.values())
    attack = f["ransom"] or f["ddos"] or f["other_cyber"]
    kinds = set(f["incident_kind"])
    entrustee = "entrustee" in f["role"]
    return {
        **report,
        **mn_report,
        "appi.internal": leak_event,
        "appi.entrustee": due and entrustee,
        "appi.notice": due,
        "appi.notice.alt": due and not f["contact_possible"],
        "appi.publish": leak_event,
        "appi.voluntary": leak_event and not due,
        "appi.stop_use": due and f["stop_use_requested"],
        "mn.notice": mn_due,
        "mn.entrustee": mn_due and entrustee,
        "mn.effort": mn_event and not mn_due,
        "common_form": attack,
        "card.acquirer": f["card_data"],
        "card.pfi": f["card_data"] and leak_event,
        "insurance.notice": f["insured"],
        "contract.notice": f["contract_notice"],
        "police": f["crime_suspected"],
        "jpcert": attack or bool(kinds & {"unauthorised_access", "malware"}),
        "ipa": f["ransom"] or bool(kinds & {"unauthorised_access", "malware"}),
        "antiphishing": f["phishing_site"],
    }
