"""Map: the player, and beside it what the chosen days hold. Scrubbing never runs Python."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from timelines import dates, query
from timelines.errors import TimelinesError
from timelines.policies import POLICIES, party_of
from timelines.query import ViewState
from timelines.screens import downloads, figures, session
from timelines.screens.component import PlayerState, player
from timelines.screens.pick import pick_timeline
from timelines.screens.text import plain
from timelines.timeline import Timeline

ASKED = "_asked_view"  # the view that the address asked for when the page was opened
WORDS = {
    "default": "newest event, then status, then reliability",
    "confirmed-only": "confirmed claims only",
    "latest-report": "the latest report",
}
SEEN = "_seen_views"  # the view that each timeline was left in


def page() -> None:
    """Draw the page."""
    asked, messages = _asked()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        choice = pick_timeline()
    # Columns stand below each other on a phone; these two leave the map more room side by side.
    doors = right.container(horizontal=True)
    known = _known_on(doors, asked)
    try:
        opened = session.open_choice(choice, known)
        policy = _policy(doors, choice, asked, opened.timeline)
        if policy != "default":
            opened = session.open_choice(choice, known, policy)
    except TimelinesError as error:
        session.show_failure(error)
        return
    for message in messages:
        st.warning(plain(message))
    errors = [p for p in opened.timeline.problems if p.severity == "error"]
    if errors:
        session.show_problems(errors)
    if not len(opened.timeline.claims):
        st.info("This timeline holds no claim yet. Add rows to its claims.csv, or open another.")
        return
    _live(choice, known, policy, opened, asked)


@st.fragment
def _live(choice: str, known: str, policy: str, opened: session.Opened, asked: ViewState) -> None:
    """The part that runs again when the reader's hand lets go: only this, not the page."""
    timeline = opened.timeline
    views = st.session_state.setdefault(SEEN, {choice: asked})
    # Where to start matters only to a new scene: the first one, or one of another day of knowledge.
    start = views.get(choice, ViewState())
    seen = player(opened.packed, key=f"player-{choice}", options=_options(start, timeline))
    view = views[choice] = _view(seen, choice, known, policy, timeline)
    st.query_params.from_dict(view.to_params())
    on = _opens(timeline) if view.on is None else view.on
    begin = max(timeline.first_day, on - view.window + 1)
    figures.show(timeline, begin=begin, on=on, known_on=known or None)
    said = "" if policy == "default" else policy
    downloads.show(opened, choice, on=on, known=known, policy=said)


def _asked() -> tuple[ViewState, list[str]]:
    """The view that the address bar asked for, read once a session: from then on we write it."""
    if ASKED not in st.session_state:
        st.session_state[ASKED] = query.from_params(st.query_params.to_dict())
        if named := st.query_params.get("t"):
            if named in session.choices():
                st.session_state["timeline"] = named
            else:
                st.session_state[ASKED][1].append(f"There is no timeline {named[:80]} here.")
    asked, messages = st.session_state[ASKED]
    return asked, messages


def _known_on(where: DeltaGenerator, asked: ViewState) -> str:
    """The second clock, as an ISO day; empty for now."""
    with where.popover("As known on", width="stretch", icon=":material/history:"):
        st.markdown(
            "Only what had been reported by this day. Leave it empty for all that is known now."
        )
        before = dates.date_of(asked.known_on) if asked.known_on is not None else None
        day = st.date_input("As known on", before, min_value="1900-01-01", key="known_on")
    return day.isoformat() if day else ""


def _policy(where: DeltaGenerator, choice: str, asked: ViewState, timeline: Timeline) -> str:
    """How claims are weighed against each other."""
    parties = [f"party-{actor}-claims" for actor in timeline.actors]
    options = [*POLICIES, *parties]
    if asked.policy not in options and party_of(asked.policy):
        found = timeline.actors.id_of(party_of(asked.policy))
        before = f"party-{found}-claims"
    else:
        before = asked.policy
    with where.popover("Weighed", width="stretch", icon=":material/balance:"):
        st.markdown("Which claims decide, where they differ.")
        chosen = st.selectbox(
            "Weigh claims",
            options,
            index=options.index(before) if before in options else 0,
            format_func=lambda name: _policy_words(name, timeline),
            key=f"policy-{choice}",
        )
    return chosen if chosen in options else "default"


def _policy_words(name: str, timeline: Timeline) -> str:
    party = party_of(name)
    return f"as {plain(timeline.actors[party].name)} tells it" if party else WORDS[name]


def _options(asked: ViewState, timeline: Timeline) -> dict[str, object]:
    """Where the player starts, from the view that was asked for."""
    options: dict[str, object] = {
        "window": asked.window,
        "lang": asked.lang,
        "mode": asked.mode,
        "layers": {layer: layer in asked.layers for layer in query.LAYERS},
        "feed": True,
    }
    options["date"] = dates.iso(_opens(timeline) if asked.on is None else asked.on)
    if asked.view:
        options["view"] = list(asked.view)
    if asked.hidden:
        options["actors"] = [actor for actor in timeline.actors if actor not in asked.hidden]
    if asked.place or asked.claim:
        kind = "place" if asked.place else "claim"
        options["selected"] = {kind: asked.place or asked.claim}
    return options


def _view(seen: PlayerState, choice: str, known: str, policy: str, timeline: Timeline) -> ViewState:
    """What the reader sees now, checked like any other stranger's words."""
    selected = seen.selected or {}
    params = {
        "t": choice,
        "on": seen.date or "",
        "known": known,
        "policy": policy,
        "window": str(seen.window or query.WINDOW_DAYS),
        "lang": seen.lang or "en",
        "mode": seen.mode or "map",
        "place": selected.get("place", ""),
        "claim": selected.get("claim", ""),
        "view": ",".join(f"{number:.4f}" for number in seen.view or ()),
    }
    if seen.layers is not None:
        shown = [layer for layer in query.LAYERS if seen.layers.get(layer)]
        params["layers"] = ",".join(shown) or "none"
    if seen.actors is not None:
        params["hide"] = ",".join(actor for actor in timeline.actors if actor not in seen.actors)
    span = (timeline.first_day, timeline.last_day)
    view, _ = query.from_params(params, days=span)
    return view


def _opens(timeline: Timeline) -> int:
    """The day shown where the address names none."""
    day = timeline.settings.open_day
    return timeline.last_day if day is None else day
