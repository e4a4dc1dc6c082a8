"""The calls about profiles."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from project.sandbox.klaviyo.checks import Refused, error, invalid
from project.sandbox.klaviyo.schemas import Json
from project.sandbox.klaviyo.service import Klaviyo, Reply

DEFAULT_PAGE, LARGEST_PAGE = 20, 100
SIZE, CURSOR = "page[size]", "page[cursor]"


def add_profiles(calls: Blueprint, klaviyo: Klaviyo) -> None:
    """Add them."""

    @calls.post("/api/profile-import")
    def profile_import() -> Response:
        def act(body: Json) -> Reply:
            profile, created = klaviyo.account.upsert(body["data"])
            return {"data": _resource(profile)}, 201 if created else 200

        return klaviyo.serve("profile_import", act)

    @calls.patch("/api/profiles/<profile_id>")
    def update_profile(profile_id: str) -> Response:
        def act(body: Json) -> Reply:
            if body["data"]["id"] != profile_id:
                raise Refused(invalid("The id is not that of the address.", "/data/id"))
            return {"data": _resource(klaviyo.account.upsert(body["data"])[0])}, 200

        return klaviyo.serve("update_profile", act)

    @calls.get("/api/profiles")
    def get_profiles() -> Response:
        return klaviyo.serve("get_profiles", lambda _: (_page(klaviyo.account.profiles), 200))


def _page(profiles: dict[str, Json]) -> Json:
    """The page that is asked for. Its cursor is the id of the first profile on it."""
    for name in request.args:
        if name not in (SIZE, CURSOR):
            raise _refused(name, f"The sandbox does not know '{name}'.")
    size = request.args.get(SIZE, str(DEFAULT_PAGE))
    if not size.isdecimal() or not 1 <= int(size) <= LARGEST_PAGE:
        raise _refused(SIZE, f"A number from 1 to {LARGEST_PAGE} is expected.")
    ids = list(profiles)
    cursor = request.args.get(CURSOR)
    if cursor is not None and cursor not in profiles:
        raise _refused(CURSOR, "The cursor is not one of ours.")
    start = ids.index(cursor) if cursor else 0
    end = start + int(size)
    following = _link(size, ids[end]) if end < len(ids) else None
    return {
        "data": [_resource(profiles[id_]) for id_ in ids[start:end]],
        "links": {"self": request.url, "next": following},
    }


def _link(size: str, cursor: str) -> str:
    return url_for("klaviyo.get_profiles", _external=True, **{SIZE: size, CURSOR: cursor})


def _refused(parameter: str, detail: str) -> Refused:
    return Refused(error(400, detail, {"parameter": parameter}))


def _resource(profile: Json) -> Json:
    attributes = {name: value for name, value in profile.items() if name != "id"}
    return {"type": "profile", "id": profile["id"], "attributes": attributes}
