"""What the cards wrote into facts is said in the reader's language; what a person wrote stays as it was written."""

from collections.abc import Mapping
from functools import cache

from hikeshi.contain.accounts.accounts import services
from hikeshi.contain.accounts_facts import closed_line
from hikeshi.contain.cards import LANGUAGES, shelf

BETWEEN = {"ja": "、", "en": "; "}


def said_in(text: str, lang: str) -> str:
    """A fact's words, line by line: a line that a card made in the other language is said in this one."""
    return "\n".join(_line(line, lang) for line in text.split("\n"))


def _line(line: str, lang: str) -> str:
    for other in LANGUAGES:
        if other == lang:
            continue
        done, seen = _done(other, lang), _seen(other, lang)
        head = next((own for own in done if line == own or line.startswith(f"{own} (")), None)
        if head is not None:
            return done[head] + line.removeprefix(head)
        if parts := _parts(line, seen, BETWEEN[other]):
            return BETWEEN[lang].join(seen[part] for part in parts)
    return line


def _parts(line: str, known: Mapping[str, str], between: str) -> list[str]:
    """The labels that make up the whole line; none if anything else stands in it. A label may hold the separator."""
    for label in known:
        if line == label:
            return [label]
        if line.startswith(label + between) and (rest := _parts(line[len(label + between) :], known, between)):
            return [label, *rest]
    return []


@cache
def _done(source: str, lang: str) -> Mapping[str, str]:
    """What cards and closed accounts say was done, longest first."""
    found = {words[source].done: words[lang].done for words in shelf().words.values() if words[source].done}
    found |= {closed_line(one, source): closed_line(one, lang) for one in services().values()}
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))


@cache
def _seen(source: str, lang: str) -> Mapping[str, str]:
    return {words[source].seen: words[lang].seen for words in shelf().situations.values()}
