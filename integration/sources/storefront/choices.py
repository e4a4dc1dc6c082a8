"""What a store can choose about its pages, as its settings' page asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from integration.core.exchange import Settings
from integration.core.rules import Json

GROUP = "storefront"
BOTH, BROWSER, SERVER = "both", "browser", "server"
DEFAULT: Json = {
    "send": BOTH,
    "consent": "none",
    "gpc": True,
    "data_layer": False,
    "properties": ["Schedule", "SignUpDate", "Status", "HasFilledOutProfile"],
    "own_events": [],
}


@dataclass(frozen=True, kw_only=True)
class Choices:
    """A store's choices."""

    send: str
    consent: str
    gpc: bool
    data_layer: bool
    properties: tuple[str, ...]  # what pages may set on a profile
    own_events: tuple[str, ...]  # besides the named ones

    @property
    def by_server(self) -> bool:
        """Whether what pages tell us goes on from here."""
        return self.send != BROWSER


def choices(settings: Settings) -> Choices:
    """Return the choices in a store's complete settings."""
    chosen = settings[GROUP]
    return Choices(
        send=chosen["send"],
        consent=chosen["consent"],
        gpc=chosen["gpc"],
        data_layer=chosen["data_layer"],
        properties=tuple(chosen["properties"]),
        own_events=tuple(chosen["own_events"]),
    )


def _one_of(title: str, description: str, words: dict[str, str]) -> Json:
    return {"enum": list(words), "title": title, "description": description, "words": words}


def _flag(title: str, description: str) -> Json:
    return {"type": "boolean", "title": title, "description": description}


def _names(title: str, description: str, longest: int) -> Json:
    return {
        "type": "array",
        # "$" is Klaviyo's.
        "items": {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"^[^$\s]"},
        "uniqueItems": True,
        "title": title,
        "description": description,
    }


SETTINGS: dict[str, Json] = {
    GROUP: {
        "type": "object",
        "title": "Storefront",
        "description": "What the script on the shop's pages may do, and what is taken from it.",
        "additionalProperties": False,
        "properties": {
            "send": _one_of(
                "Events go to Klaviyo",
                "Both ways lose least. Klaviyo keeps one of each, because both have the same id.",
                {
                    BOTH: "From the browser and from here",
                    BROWSER: "From the browser only",
                    SERVER: "From here only: klaviyo.js is not loaded",
                },
            ),
            "consent": _one_of(
                "Consent",
                "Before it is given, nothing is loaded, stored or sent.",
                {
                    "none": "Not asked for: everything at once",
                    "call": "The page calls storewire.consent(true)",
                    "tcf": "From a consent banner, by the IAB's TCF",
                    "google": "From Google Consent Mode: as long as ad_storage is granted",
                },
            ),
            "gpc": _flag(
                "Honour Global Privacy Control",
                "Who has it set in the browser is neither identified nor tracked.",
            ),
            "data_layer": _flag(
                "Read the data layer",
                "What the shop puts there for Google Analytics 4 becomes the same events.",
            ),
            "properties": _names(
                "Properties that pages may set",
                "On the profile of who is identified, one a line. All others are left out.",
                255,
            ),
            "own_events": _names(
                "Events of your own",
                "Besides Viewed Product, Added to Cart and the like: their names, one a line. "
                "All others are left alone.",
                127,
            ),
        },
        "default": DEFAULT,
    }
}
