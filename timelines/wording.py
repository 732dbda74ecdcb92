"""The reason for an answer, in one sentence that a reader can check."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from timelines import dates
from timelines.adjudicate import LOW, Rule
from timelines.claims import Claim, Source
from timelines.datewords import in_words

RULES = {
    Rule.NONE: "No claim known by then says who held it.",
    Rule.NEWEST: "The newest dated claim decides.",
    Rule.SUCCESSION: "Of several takeovers on one day the last one decides.",
    Rule.STATUS: "Of claims for the same day the better confirmed one decides.",
    Rule.RELIABILITY: "Of equally confirmed claims the more reliable source decides.",
    Rule.SPECIFIC: "Of allied holders the more specific name is shown.",
    Rule.REPORT: "Of allied holders the most recently reported is shown.",
    Rule.TIED: "Rival claims for the same day are equally good: contested.",
    Rule.PRIOR: "Held until then according to the report of its loss.",
    Rule.NO_HOLDER: "The newest claim says who lost it, not who holds it.",
}


def cite(claim: Claim, key: str, sources: dict[str, Source]) -> str:
    """`Long War Journal, 9 October 2015 [lwj-1]`."""
    source = sources.get(claim.source)
    publisher = (source.publisher or source.title or source.id) if source else claim.source
    told = claim.reported or (source.date if source else "")
    return f"{publisher}{f', {in_words(told)}' if told else ''} [{key}]"


def join(texts: Sequence[str], limit: int = 4) -> str:
    """`a, b and c`; past the limit `and n more`."""
    shown = list(texts[:limit])
    if len(texts) > limit:
        shown.append(f"{len(texts) - limit} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def sentence(
    *,
    place: str,
    holders: Sequence[str],
    rule: Rule,
    since: int,
    deciding: Sequence[tuple[str, Claim]],
    losers: Sequence[tuple[str, Claim]],
    sources: dict[str, Source],
    name: Callable[[str], str],
    maybe: str = "",
    independent: int = 0,
    unordered: tuple[str, int] | None = None,
) -> str:
    """The sentence for one place. `deciding`, `losers` are (key, claim); `name` names an actor;
    `independent` is how many independent sources the deciding claims come from; `unordered` a
    holder and day that may in truth have come after what decides.
    """
    cited = join([cite(claim, key, sources) for key, claim in deciding]) if deciding else ""
    if 0 < independent < len({claim.source for _, claim in deciding}):
        cited += f" ({independent} independent source{'s' if independent > 1 else ''})"
    if rule == Rule.NONE:
        text = f"{place}: not known; no claim known by then says who held it"
    elif rule == Rule.PRIOR:
        newer = in_words(deciding[0][1].date)
        text = (
            f"{place}: held by {holders[0]} until it changed hands ({newer}), as {cited} "
            f"{'says' if len(deciding) == 1 else 'say'}; since when is not known"
        )
    elif rule == Rule.NO_HOLDER:
        text = f"{place}: not known; {cited} says who lost it, not who holds it"
    elif rule == Rule.TIED:
        text = f"{place}: contested between {join(holders)}; {cited} are equally good"
    else:
        status = deciding[0][1].status
        day = f" since {in_words(dates.iso(since))}" if since > LOW else ""
        text = f"{place}: held by {holders[0]}{day}, {said(status)} by {cited}{_because(rule)}"
    if losers:
        against = [f"{_says(claim, name)} ({cite(claim, key, sources)})" for key, claim in losers]
        text += f"; set aside: {join(against)}"
    if unordered:
        day = in_words(dates.iso(unordered[1]))
        text += f"; whether this was before or after {unordered[0]} took it ({day}) is not said"
    if maybe:
        text += f"; {maybe} may already have taken it"
    return text + "."


def said(status: str) -> str:
    """A status before "by": who reports what others dispute is not the one who disputes it."""
    return "reported (and disputed)" if status == "disputed" else status


def _because(rule: Rule) -> str:
    return {
        Rule.SUCCESSION: ", the last takeover of that day",
        Rule.STATUS: ", better confirmed than what says otherwise",
        Rule.RELIABILITY: ", a more reliable source than what says otherwise",
        Rule.SPECIFIC: ", the more specific name among allies",
        Rule.REPORT: ", the most recent report among allies",
    }.get(rule, "")


def _says(claim: Claim, name: Callable[[str], str]) -> str:
    holder = name(claim.actor) if claim.actor else "not named"
    return f"{said(claim.status)} {holder}, {in_words(claim.date)}"
