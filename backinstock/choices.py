"""What a store can choose about its waiting lists, as its settings' page asks for it."""

from __future__ import annotations

from integration.core.rules import Json

GROUP = "back_in_stock"
DEFAULT: Json = {
    "contact": "email",
    "confirm": False,
    "announce": True,
    "mirror": "no",
    "newsletter_list": "",
    "newsletter_text": {},
    "texts": {},
    "blocked_domains": [],
    "challenge": False,
    "minimum_stock": 1,
    "minimum_minutes": 0,
    "backorder": False,
    "poll_minutes": "15",
    "order": "oldest",
    "rate": 1,
    "wave_minutes": 60,
    "cool_down_hours": 24,
    "tell_at": 0,
    "expire_days": 180,
    "forget_days": 90,
}


def _flag(title: str, description: str) -> Json:
    return {"type": "boolean", "title": title, "description": description}


def _number(title: str, description: str, unit: str, least: int, most: int) -> Json:
    return {
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "title": title,
        "description": description,
        **({"unit": unit} if unit else {}),
    }


def _one_of(title: str, description: str, words: dict[str, str]) -> Json:
    return {"enum": list(words), "title": title, "description": description, "words": words}


def _texts(title: str, description: str, example: str) -> Json:
    return {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "title": title,
        "description": description,
        "example": example,
    }


_PROPERTIES: dict[str, Json] = {
    "contact": _one_of(
        "What people leave",
        "",
        {
            "email": "An e-mail address",
            "phone": "A phone number",
            "either": "One or the other, as they like",
        },
    ),
    "confirm": _flag(
        "Have sign-ups confirmed",
        "People first get a link (an event in Klaviyo, for a flow of yours), and wait only once "
        "they have followed it.",
    ),
    "announce": _flag(
        "Tell Klaviyo of sign-ups", "As an event, so that a flow can thank for them."
    ),
    "mirror": _one_of(
        "Klaviyo's own waiting list",
        "It starts a flow of its own in Klaviyo. Storewire can neither count nor steer it.",
        {
            "no": "Not used: Storewire alerts people",
            "also": "Gets every sign-up, too: both alert people",
            "instead": "Used instead: Storewire alerts nobody",
        },
    ),
    "newsletter_list": {
        "type": "string",
        "pattern": "^[A-Za-z0-9]*$",
        "title": "Newsletter",
        "description": "The id of the list in Klaviyo that the form offers: six letters and "
        "digits. Empty: it offers none.",
    },
    "newsletter_text": _texts(
        "What people agree to",
        "The words beside the box of the newsletter, a line for each language: en = Send me news.",
        "en = Send me news.",
    ),
    "texts": _texts(
        "Other words in the form",
        "A line for each: language.name = words, for example de.button = Sag mir Bescheid. The "
        "docs list the names.",
        "de.button = Sag mir Bescheid",
    ),
    "blocked_domains": {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "title": "Blocked domains",
        "description": "Addresses of these domains cannot sign up. One a line.",
    },
    "challenge": _flag(
        "Have browsers solve a puzzle",
        "Nobody sees it; it makes sign-ups by machines costly.",
    ),
    "minimum_stock": _number(
        "Back means at least", "So many are there to be sold.", "units", 1, 1_000_000
    ),
    "minimum_minutes": _number(
        "For at least", "More than 0 helps where the count flickers.", "minutes", 0, 1440
    ),
    "backorder": _flag(
        "What can be ordered without stock counts as available",
        "Where the shop or the feed says so of a variant.",
    ),
    "poll_minutes": _one_of(
        "How often the shop is asked",
        "For the stock of what somebody waits for, in case a notification was missed.",
        {
            "5": "Every 5 minutes",
            "15": "Every 15 minutes",
            "30": "Every 30 minutes",
            "60": "Every hour",
        },
    ),
    "order": _one_of(
        "Who hears first",
        "",
        {"oldest": "Who has waited longest", "newest": "Who signed up last"},
    ),
    "rate": _number(
        "People for each unit",
        "How many hear at a time: with 10 units there, 10 people hear with 1 here, and 30 with 3. "
        "0: everybody at once, however few units there are.",
        "",
        0,
        1000,
    ),
    "wave_minutes": _number(
        "Then wait",
        "After that, the stock is looked at again, and the next ones hear.",
        "minutes",
        1,
        10_080,
    ),
    "cool_down_hours": _number(
        "Rest between two alerts",
        "Nobody hears of the same product again before that.",
        "hours",
        0,
        8_760,
    ),
    "tell_at": _number(
        "Tell us at",
        "The start page of the admin says so as long as so many wait for one variant. 0: never.",
        "people",
        0,
        1_000_000,
    ),
    "expire_days": _number("Sign-ups end after", "", "days", 1, 3_650),
    "forget_days": _number(
        "People are forgotten after",
        "Counted from the end of their sign-up: the entry stays, without the address.",
        "days",
        1,
        3_650,
    ),
}

SETTINGS: dict[str, Json] = {
    GROUP: {
        "type": "object",
        "title": "Back in stock",
        "description": "Who may sign up, when a variant counts as back, and who hears of it when.",
        "additionalProperties": False,
        "properties": _PROPERTIES,
        "default": DEFAULT,
    }
}
