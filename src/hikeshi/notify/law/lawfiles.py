"""Reads the files of duties/<law>/ into a lawbook and refuses what is wrong, naming the file and the key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from hikeshi.engines.common.problem import Problem
from hikeshi.notify.law.days import COUNT_RULES
from hikeshi.notify.law.kleene import All, AnyOf, Atom, Condition, Derived, DutyApplies, Follows, How, Not
from hikeshi.notify.law.lawbook import (
    CONFIDENCE,
    FACT_TYPES,
    KINDS,
    STAGES,
    Both,
    Call,
    Duty,
    FactWords,
    Filing,
    Lawbook,
    Longer,
    Term,
    conditions_of,
    leaves,
)
from hikeshi.notify.law.tomlread import LANGUAGES, Table, parse

FOLDER = Path(__file__).parents[1] / "duties"
VOCABULARY = Path(__file__).resolve().parents[2] / "facts.toml"
HOW: tuple[How, ...] = ("computed", "unless_stated", "none_unless")
T = TypeVar("T")


@cache
def shipped() -> Lawbook:
    """The duties that come with Hikeshi. Problem when a file is wrong."""
    return read(FOLDER)


def read(folder: Path, vocabulary: Path = VOCABULARY) -> Lawbook:
    """Every `duty.toml` one folder down, the `common.toml` that they share, and the vocabulary of facts."""
    files = {str(f.relative_to(folder)): f for f in sorted(folder.glob("*/duty.toml"))}
    texts = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
    return build(vocabulary.read_text(encoding="utf-8"), (folder / "common.toml").read_text(encoding="utf-8"), texts)


def build(vocabulary: str, common: str, duty_files: Mapping[str, str]) -> Lawbook:
    """A lawbook from the texts of the files. Problem naming the file and the key when one is wrong."""
    book = Lawbook()
    known = parse(vocabulary, "facts.toml")
    book.facts = {key: _fact_words(known.take_table(key)) for key in known.data}
    root = parse(common, "common.toml")
    _shared(root, book)
    words = root.take_table("words")
    book.words = {key: words.take_both(key) for key in words.data}
    root.done()
    for file, text in duty_files.items():
        root = parse(text, file)
        _shared(root, book)
        defaults = root.take_table("source")
        book.duties += [_duty(row, defaults) for row in root.take_tables("duty")]
        defaults.done()
        root.done()
    # What the law demands comes first, what is voluntary later, what few of us meet last.
    book.duties.sort(key=lambda duty: (duty.rare, KINDS.index(duty.kind)))
    _check(book)
    return book


def _shared(root: Table, book: Lawbook) -> None:
    """What a file may bring for all: facts and their questions, conditions by name, names of contents."""
    _section(root, "facts", book.facts, lambda table, key: _fact_words(table.take_table(key)))
    _section(root, "questions", book.questions, lambda table, key: table.take_both(key))
    _section(root, "items", book.items, lambda table, key: table.take_both(key))
    _section(root, "filings", book.filings, lambda table, key: _filing(table.take_table(key)))
    _section(root, "derived", book.derived, lambda table, key: _condition(table.take_table(key)))
    _section(root, "ask_if", book.ask_if, lambda table, key: _condition(table.take_table(key)))
    for how in HOW:
        _section(root, how, book.computed, partial(_follows, how=how))


def _section(root: Table, name: str, into: dict[str, T], take: Callable[[Table, str], T]) -> None:
    if not root.has(name):
        return
    table = root.take_table(name)
    for key in table.data:
        if key in into:
            raise Problem("notify.stated_twice", file=root.file, key=table.path(key))
        into[key] = take(table, key)


def _follows(table: Table, key: str, *, how: How) -> Follows:
    return Follows(_condition(table.take_table(key)), how)


def _filing(table: Table) -> Filing:
    stages = {stage: table.take_both(stage) for stage in STAGES if table.has(stage)}
    documents = table.take_texts("documents") if table.has("documents") else ()
    dates = table.take_text("dates") if table.has("dates") else ""
    page = table.take_text("page") if table.has("page") else ""
    apart = table.take_flag("apart") if table.has("apart") else False
    filing = Filing(table.take_both("name"), stages, table.take_flag("watch"), documents, dates, page, apart)
    table.done()
    return filing


def _fact_words(table: Table) -> FactWords:
    name = {lang: table.take_text(lang) for lang in LANGUAGES}
    meaning = {lang: table.take_text(f"meaning_{lang}") for lang in LANGUAGES}
    kind = table.take_choice("type", FACT_TYPES)
    values: dict[str, Both] = {}
    if table.has("values"):
        named = table.take_table("values")
        values = {key: named.take_both(key) for key in named.data}
    yes, no = (
        {lang: table.take_text(f"{answer}_{lang}") for lang in LANGUAGES} if table.has(f"{answer}_ja") else None
        for answer in ("yes", "no")
    )
    plain: dict[str, Both] = {}
    if table.has("plain"):
        said = table.take_table("plain")
        plain = {code: said.take_both(code) for code in said.data}
    return FactWords(name, kind, values, meaning, yes, no, plain)


def _duty(row: Table, defaults: Table) -> Duty:
    def either(key: str) -> Table:
        return row if row.has(key) else defaults

    duty = Duty(
        id=row.take_text("id"),
        kind=row.take_choice("kind", KINDS),
        trigger=_condition(row.take_table("trigger")),
        released=_condition(row.take_table("released")) if row.has("released") else None,
        recipient=row.take_both("recipient"),
        clock=row.take_text("clock"),
        clock_else=row.take_text("clock_else") if row.has("clock_else") else "",
        terms=tuple(term for stage in STAGES if row.has(stage) for term in _terms(row, stage)),
        contents=row.take_texts("contents") if row.has("contents") else (),
        name=row.take_both("name"),
        why=row.take_both("why"),
        law=either("law").take_both("law"),
        article=row.take_both("article"),
        source=either("source").take_text("source"),
        valid_from=either("valid_from").take_day("valid_from"),
        valid_to=either("valid_to").take_day("valid_to"),
        checked_on=either("checked_on").take_text("checked_on"),
        confidence=either("confidence").take_choice("confidence", CONFIDENCE),
        filing=row.take_text("filing") if row.has("filing") else "",
        documents=row.take_texts("documents") if row.has("documents") else (),
        no_document=row.take_both("no_document") if row.has("no_document") else None,
        proves=row.take_text("proves") if row.has("proves") else "",
        note=row.take_both("note") if row.has("note") else None,
        begun_by=tuple(_call(table) for table in row.take_tables("begun_by")) if row.has("begun_by") else (),
        rare=defaults.take_flag("rare") if defaults.has("rare") else False,
        begins=either("begins").take_flag("begins") if row.has("begins") or defaults.has("begins") else False,
        file=row.file,
    )
    # A default that every row overrides is no misspelling.
    defaults.used |= {"law", "source", "valid_from", "valid_to", "checked_on", "confidence", "begins"}
    row.done()
    return duty


def _call(table: Table) -> Call:
    call = Call(table.take_text("card"), frozenset(table.take_texts("unless") if table.has("unless") else ()))
    table.done()
    return call


def _terms(row: Table, stage: str) -> list[Term]:
    """The deadlines of a stage: mostly one table, several where the law names several (24 and 72 hours)."""
    several = isinstance(row.data[stage], list)
    return [_term(table, stage) for table in (row.take_tables(stage) if several else [row.take_table(stage)])]


def _term(table: Table, stage: str) -> Term:
    rule = table.take_choice("count_rule", COUNT_RULES)
    term = Term(
        stage=stage,
        kind=table.take_choice("kind", ("guide", "limit")),
        count_rule=rule,
        days=_days(table, rule),
        article=table.take_both("article"),
        text=table.take_both("text"),
        instead=_longer(table.take_table("instead"), rule) if table.has("instead") else None,
    )
    table.done()
    return term


def _longer(table: Table, rule: str) -> Longer:
    longer = Longer(_condition(table.take_table("when")), _days(table, rule), table.take_both("text"))
    table.done()
    return longer


def _days(table: Table, rule: str) -> tuple[int, ...]:
    numbers, unit = COUNT_RULES[rule].numbers, COUNT_RULES[rule].unit
    if numbers == 0:
        return ()
    days = table.take(unit)
    listed = days if isinstance(days, list) else [days]
    if len(listed) != numbers or not all(type(n) is int and 0 < n < 3660 for n in listed) or listed != sorted(listed):
        raise table.wrong(unit, "30" if numbers == 1 else "[3, 5]")
    return tuple(listed)


def _condition(table: Table) -> Condition:
    """{fact=…} with gt/has/in/is, {all=[…]}, {any=[…]}, {not={…}}, {derived=…} or {duty=…}."""
    heads = [key for key in ("fact", "all", "any", "not", "derived", "duty") if table.has(key)]
    if len(heads) != 1:
        raise Problem("notify.wrong_value", file=table.file, key=table.place, expected=str(_condition.__doc__))
    condition: Condition
    match heads[0]:
        case "all":
            condition = All(tuple(_condition(part) for part in table.take_tables("all")))
        case "any":
            condition = AnyOf(tuple(_condition(part) for part in table.take_tables("any")))
        case "not":
            condition = Not(_condition(table.take_table("not")))
        case "derived":
            condition = Derived(table.take_text("derived"))
        case "duty":
            condition = DutyApplies(table.take_text("duty"))
        case _:
            condition = _atom(table)
    table.done()
    return condition


def _atom(table: Table) -> Atom:
    fact = table.take_text("fact")
    if table.has("gt"):
        number = table.take("gt")
        if type(number) is not int or number < 0:
            raise table.wrong("gt", "1000")
        return Atom(fact, "gt", number)
    if table.has("in"):
        return Atom(fact, "in", table.take_texts("in"))
    if table.has("has"):
        return Atom(fact, "has", table.take_text("has"))
    if table.has("is"):
        return Atom(fact, "is", table.take_text("is"))
    return Atom(fact)


def _check(book: Lawbook) -> None:
    """Names that lead nowhere, circles, versions that overlap, contents without a name, facts without a question."""
    for key in book.used_facts():
        if key not in book.facts or key not in book.questions:
            raise Problem("notify.no_question", fact=key)
    for name in book.derived:
        _walk(book, Derived(name), ())
    _check_computed(book)
    for filing in book.filings.values():
        if filing.dates and (filing.dates not in book.facts or book.facts[filing.dates].type != "datetime"):
            raise Problem("notify.leads_nowhere", file="common.toml", key="dates", name=filing.dates)
    for duty in book.duties:
        for condition in conditions_of(duty):
            for leaf in leaves(condition):
                # A deadline may look at any duty; only triggers may not run in circles.
                _walk(book, leaf, (duty.id,) if condition is duty.trigger else (), duty.file)
        for clock in {duty.clock, duty.clock_else or "none"} - {"none"}:
            if clock not in book.facts or book.facts[clock].type != "datetime":
                raise Problem("notify.leads_nowhere", file=duty.file, key="clock", name=clock)
        if duty.filing and duty.filing not in book.filings:
            raise Problem("notify.leads_nowhere", file=duty.file, key="filing", name=duty.filing)
        if duty.proves and duty.proves not in book.facts:
            raise Problem("notify.leads_nowhere", file=duty.file, key="proves", name=duty.proves)
        for item in duty.contents:
            if item not in book.items:
                raise Problem("notify.leads_nowhere", file=duty.file, key="contents", name=item)
        twins = [d for d in book.duties if d.id == duty.id and d is not duty]
        if any(_overlap(duty, twin) for twin in twins):
            raise Problem("notify.stated_twice", file=duty.file, key=duty.id)


def _check_computed(book: Lawbook) -> None:
    """A fact follows only from facts that are stated themselves; what it is called must be in the vocabulary."""
    conditions = [*((key, f.condition) for key, f in book.computed.items()), *book.ask_if.items()]
    for key, condition in conditions:
        if key not in book.facts:
            raise Problem("notify.leads_nowhere", file="common.toml", key="computed", name=key)
        for leaf in leaves(condition):
            if not isinstance(leaf, Atom) or (key in book.computed and leaf.fact in book.computed):
                raise Problem("notify.leads_nowhere", file="common.toml", key=key, name=str(leaf))


def _walk(book: Lawbook, leaf: Atom | Derived | DutyApplies, path: tuple[str, ...], file: str = "common.toml") -> None:
    if isinstance(leaf, Atom):
        return
    name = leaf.name if isinstance(leaf, Derived) else leaf.duty
    if name in path:
        raise Problem("notify.circle", file=file, names=" → ".join((*path, name)))
    if isinstance(leaf, Derived):
        following = [book.derived[name]] if name in book.derived else []
    else:
        following = [d.trigger for d in book.duties if d.id == name]
    if not following:
        raise Problem(
            "notify.leads_nowhere", file=file, key="derived" if isinstance(leaf, Derived) else "duty", name=name
        )
    for condition in following:
        for inner in leaves(condition):
            _walk(book, inner, (*path, name), file)


def _overlap(one: Duty, other: Duty) -> bool:
    start = max(one.valid_from or date.min, other.valid_from or date.min)
    end = min(one.valid_to or date.max, other.valid_to or date.max)
    return start <= end
