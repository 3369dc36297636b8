"""Facts for the tests of the rules, and the law once more in plain booleans, written apart from the duty files."""

from datetime import UTC, datetime
from typing import Any

from hikeshi.notify.rules import Evaluation, evaluate

NOW = datetime(2026, 11, 6, 3, 0, tzinfo=UTC)

ABROAD = (
    *("risk_unlikely", "high_risk", "high_risk_exception", "processor", "nis2_entity", "significant_incident"),
    *("kr_special_data", "illegal_external_access", "credible_grounds", "significant_harm", "app_entity"),
    *("serious_harm", "covered_entity", "business_associate", "phi_unsecured", "unencrypted"),
)
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
    "telecom_operator": False,
    "comm_secrecy": False,
    "major_outage": False,
    "special_infra": False,
    "regions": [],
    **dict.fromkeys(ABROAD, False),
    "us_state_residents": 0,
    "ca_residents": 0,
}
DOMAIN: dict[str, list[Any]] = {
    **{key: [True, False] for key, value in LEAK.items() if isinstance(value, bool)},
    "event": [["leak"], ["loss"], ["damage"], ["leak", "damage"], []],
    "certainty": ["confirmed", "suspected", "ruled_out"],
    "persons": [499, 500, 999, 1000, 1001],
    "regions": [[], ["eu"], ["uk", "kr"], ["sg", "au"], ["us_health", "california"]],
    "us_state_residents": [500, 501],
    "ca_residents": [0, 500, 501],
    "mn_persons_max": [100, 101],
    "role": [["operator"], ["entrustee"], ["operator", "entrustee"]],
    "incident_kind": [["malware"], ["unauthorised_access"], ["outage"]],
}


def judge(**changes: Any) -> Evaluation:
    """The leak above with changes; a value of None is not known."""
    return evaluate({**LEAK, **changes}, now=NOW)


def possible(f: dict[str, Any]) -> bool:
    """Whether complete facts can all be so: persons in California are persons abroad, a NIS2 entity is of the EU."""
    regions = f["regions"]
    return (f["ca_residents"] == 0 or "california" in regions) and (not f["nis2_entity"] or "eu" in regions)


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
    eu, uk, kr, sg, au, us = (r in f["regions"] for r in ("eu", "uk", "kr", "sg", "au", "us_health"))
    phi = us and f["covered_entity"] and f["phi_unsecured"]
    suspected = f["certainty"] == "suspected"
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
        "telecom.secrecy": f["telecom_operator"] and f["comm_secrecy"],
        "telecom.major": f["telecom_operator"] and f["major_outage"],
        "acd.report": f["special_infra"],
        "gdpr.33": eu and not f["risk_unlikely"],
        "gdpr.33_2": eu and f["processor"],
        "gdpr.34": eu and f["high_risk"] and not f["high_risk_exception"],
        "gdpr.33_5": eu,
        "uk.33": uk and not f["risk_unlikely"],
        "nis2.23": f["nis2_entity"] and f["significant_incident"],
        "kr.person": kr and leak_event,
        "kr.report": kr and (f["persons"] >= 1000 or f["kr_special_data"] or f["illegal_external_access"]),
        "kr.possible": kr and suspected,
        "sg.pdpc": sg and (f["significant_harm"] or f["persons"] >= 500),
        "sg.assess": sg and f["credible_grounds"],
        "sg.person": sg and f["significant_harm"],
        "au.assess": au and f["app_entity"] and f["certainty"] != "ruled_out",
        "au.notify": au and f["app_entity"] and f["serious_harm"],
        "hipaa.person": phi,
        "hipaa.hhs": phi and f["persons"] >= 500,
        "hipaa.media": phi and f["us_state_residents"] > 500,
        "hipaa.ba": us and f["business_associate"],
        "ca.person": f["ca_residents"] > 0 and f["unencrypted"],
        "ca.ag": f["ca_residents"] > 500,
    }
