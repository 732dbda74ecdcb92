"""The errors of this package: one root, two branches, each with its remedy in the message."""


class GeoError(ValueError):
    """Input that cannot become an honest map; the message says what to change."""


class BoundaryError(GeoError):
    """The boundary is not an area this package can tile (empty, invalid, over a pole...)."""


class ControllerError(GeoError):
    """Controllers, sides or changes do not fit the tessellation they are given for."""
