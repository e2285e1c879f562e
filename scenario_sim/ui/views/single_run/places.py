"""A sketch of the coast from a few points, and a place for each state.

It shows which states are neighbours. Nothing is to be measured on it.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

Point = tuple[float, float]  # degrees east, degrees north

WIDTH, HEIGHT = 640, 384
WEST_EDGE, NORTH_EDGE, PIXELS_PER_DEGREE = (
    112.5,
    48.2,
    24.0,
)  # the upper left corner; pixels a degree of latitude
LONGITUDE_SCALE = 0.77  # a degree of longitude at 39 degrees north, in degrees of latitude

COAST: tuple[tuple[Point, ...], ...] = (
    (  # the mainland from Zhejiang to the Tatar Strait, then out of the picture
        *((122.0, 30.0), (121.9, 31.5), (120.3, 34.2), (119.2, 34.9), (120.3, 36.1), (122.5, 37.2)),
        *((120.8, 37.8), (118.9, 37.4), (117.8, 38.7), (119.2, 39.4), (121.0, 40.8), (122.1, 40.5)),
        *((121.3, 38.8), (123.5, 39.8), (124.4, 40.0), (125.2, 39.5), (125.1, 38.6), (124.7, 38.1)),
        *((126.1, 37.7), (126.6, 37.1), (126.4, 36.4), (126.5, 35.6), (126.2, 34.7), (127.3, 34.5)),
        *((128.6, 34.9), (129.3, 35.3), (129.5, 36.5), (129.4, 37.2), (128.4, 38.5), (127.5, 39.3)),
        *((127.9, 39.9), (129.7, 40.9), (129.8, 41.8), (130.7, 42.3), (132.0, 43.2), (133.2, 42.8)),
        *((135.5, 44.3), (138.0, 46.8), (140.2, 48.9), (140.5, 52.0), (110.0, 52.0), (110.0, 29.0)),
        (121.0, 29.0),
    ),
    ((130.0, 33.5), (131.2, 33.6), (131.9, 32.8), (131.3, 31.4), (130.2, 31.3), (129.8, 32.6)),
    ((132.6, 33.9), (134.3, 34.3), (134.5, 33.7), (133.2, 32.9), (132.5, 33.2)),
    (
        *((131.0, 34.4), (132.6, 35.4), (135.2, 35.7), (136.8, 37.3), (137.2, 36.9), (138.8, 37.9)),
        *((140.0, 39.8), (140.2, 41.2), (141.3, 41.4), (142.0, 39.6), (141.0, 38.2), (140.8, 35.7)),
        *((139.8, 35.0), (138.8, 34.7), (137.0, 34.6), (135.8, 33.5), (135.1, 34.4), (133.5, 34.4)),
        (131.8, 33.9),
    ),
    (
        *((140.0, 41.5), (140.4, 43.3), (141.7, 45.4), (143.2, 44.3), (145.3, 43.6), (143.2, 42.0)),
        (141.0, 42.5),
    ),
    ((142.0, 46.0), (142.2, 48.0), (142.0, 52.0), (143.4, 52.0), (143.0, 49.0), (143.5, 46.5)),
)
BORDERS: tuple[tuple[Point, ...], ...] = (
    (
        (124.4, 40.0),
        (126.0, 40.9),
        (126.9, 41.7),
        (128.1, 41.4),
        (128.3, 42.0),
        (129.7, 42.4),
        (130.7, 42.3),
    ),
    ((126.1, 37.7), (127.1, 38.2), (128.4, 38.5)),
    (
        *((130.7, 42.3), (131.2, 43.5), (131.0, 44.8), (133.1, 45.1), (134.8, 48.4), (131.0, 47.7)),
        *((130.6, 48.9), (127.6, 50.2)),
    ),
)
PLACES: dict[str, Point] = {
    "DPRK": (126.6, 40.3),
    "ROK": (127.7, 36.2),
    "China": (116.4, 39.9),
    "Russia": (134.6, 45.9),
    "Japan": (138.4, 36.3),
    "USA": (143.4, 34.3),
}
SPARE_PLACE = (118.5, 47.2)  # where a state that a class added stands; the next one below it
SPARE_GAP_DEGREES = 3.6  # degrees


@cache
def coast_path() -> str:
    """Return the land as the path of an SVG of WIDTH by HEIGHT pixels."""
    return "".join(_path(line) + "Z" for line in COAST)


@cache
def border_path() -> str:
    return "".join(map(_path, BORDERS))


def places_of(codes: tuple[str, ...]) -> dict[str, Point]:
    """Return the place of each state, in pixels of that SVG."""
    unknown = [code for code in codes if code not in PLACES]
    extra = {
        code: (SPARE_PLACE[0], SPARE_PLACE[1] - SPARE_GAP_DEGREES * n)
        for n, code in enumerate(unknown)
    }
    return {code: _project((PLACES | extra)[code]) for code in codes}


def _path(line: tuple[Point, ...]) -> str:
    """Return a line with rounded corners, which shows that it is a sketch."""
    points = [_project(point) for point in line]
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(points)]
    start, *corners = points[:-1]
    said = f"M{start[0]:.0f} {start[1]:.0f}L{middles[0][0]:.0f} {middles[0][1]:.0f}"
    for corner, after in zip(corners, middles[1:], strict=True):
        said += f"Q{corner[0]:.0f} {corner[1]:.0f} {after[0]:.0f} {after[1]:.0f}"
    return said + f"L{points[-1][0]:.0f} {points[-1][1]:.0f}"


def _project(point: Point) -> Point:
    east, north = point
    return round((east - WEST_EDGE) * LONGITUDE_SCALE * PIXELS_PER_DEGREE, 1), round(
        (NORTH_EDGE - north) * PIXELS_PER_DEGREE, 1
    )
