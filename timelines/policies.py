"""Names of the ways to weigh claims; `timelines.timeline` says what each does."""

POLICIES = ("default", "confirmed-only")
