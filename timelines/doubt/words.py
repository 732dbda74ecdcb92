"""How far the line could be off, in words and tables for people. Plain text: sinks escape it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from timelines.series import side_name
from timelines.wording import join

if TYPE_CHECKING:
    from timelines.doubt import Doubt
    from timelines.timeline import Timeline


def policy_words(timeline: Timeline, policy: str) -> str:
    """What a policy does, for people."""
    from timelines.policies import party_of

    if party := party_of(policy):
        actor = timeline.actors.id_of(party)
        return f"as {timeline.actors[actor].name if actor else party} tells it"
    return {
        "default": "newest claim, then the better confirmed",
        "confirmed-only": "confirmed claims only",
        "latest-report": "the last report counts",
    }.get(policy, policy)


def sentences(found: Doubt) -> tuple[str, ...]:
    """The answer in words: what is drawn, then each of the three doubts. Plain text."""
    length = float(found.choices["length_km"].iloc[0])
    if not length:
        return ("On this day the map draws no front between rivals, so there is none to be off.",)
    own = found.choices["policy"] == found.policy
    reach, policies = found.choices[own], found.choices[~own]
    out = [
        f"The {length:,.0f} km of front run halfway between places, on average "
        f"{found.half_mean_km:.1f} km from the nearest and at most {found.half_most_km:.1f} km. "
        "Even if every holder is right, the line can be off by that much."
    ]
    lengths = reach["length_km"].iloc[1:]
    if len(lengths):
        low, high = reach["reach_km"].min(), reach["reach_km"].max()
        out.append(
            f"Another reach does not move the line sideways; with {low:g} to {high:g} km instead "
            f"of {found.reach_km:g} km, {lengths.min():,.0f} to {lengths.max():,.0f} km of it "
            "would be drawn."
        )
    measured = policies.dropna(subset="mean_km")
    if len(measured):
        worst = measured.sort_values("mean_km", kind="stable").iloc[-1]
        out.append(
            f"Read otherwise ({policy_words(found.timeline, worst['policy'])}) the line runs on "
            f"average {worst['mean_km']:.1f} km from here, at the furthest point "
            f"{worst['furthest_km']:.1f} km."
        )
    gone = policies[policies["mean_km"].isna()]["policy"].tolist()
    if gone:
        said = join([policy_words(found.timeline, name) for name in gone], limit=8)
        out.append(f"No front at all is left by: {said}.")
    if found.same:
        said = join([policy_words(found.timeline, name) for name in found.same], limit=8)
        out.append(f"The same map is drawn by: {said}.")
    return tuple(out)


def area_words(found: Doubt) -> pd.DataFrame:
    """`areas` for people: `Side`, `Land, km²`, `At least`, `At most`."""
    return pd.DataFrame(
        {
            "Side": [side_name(found.timeline, side) for side in found.areas["side"]],
            "Land, km²": found.areas["area_km2"].round(),
            "At least": found.areas["low_km2"].round(),
            "At most": found.areas["high_km2"].round(),
        }
    )


def choice_words(found: Doubt) -> pd.DataFrame:
    """`choices` for people: `Choice`, `Front, km`, `Off on average, km`, `Off at most, km`."""
    rows = found.choices.to_dict("records")
    names = ["As drawn"]
    for row in rows[1:]:
        same = row["policy"] == found.policy
        words = (
            f"reach {row['reach_km']:g} km" if same else policy_words(found.timeline, row["policy"])
        )
        names.append(words[0].upper() + words[1:])
    return pd.DataFrame(
        {
            "Choice": names,
            "Front, km": found.choices["length_km"].round(),
            "Off on average, km": found.choices["mean_km"].round(1),
            "Off at most, km": found.choices["furthest_km"].round(1),
        }
    )
