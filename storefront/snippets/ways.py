"""The ways in which a page can tell: each writes what a type of page has to say."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from storefront.snippets.fields import CUSTOMER
from storefront.snippets.page_types import EVERY_PAGE, PAGE_TYPES, PageType
from storefront.snippets.tag import Facts, tag, tag_for_managers

QUEUE = "(window.storewire = window.storewire || [])"
# The words of an attribute's name: ProductName is product-name, ImageURL is image-url.
WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
NUMBER = re.compile(r'"\[\[#([^\]]*)\]\]"')
INSIDE = {
    "div": "",
    "button": "[[your button]]",
    "form": "\n  [[your form, with fields named email, first_name, last_name]]\n",
}


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way of telling: `script` writes the tag for every page, `page` what a type of one tells."""

    name: str
    title: str
    says: str
    script: Callable[[Facts], str]
    page: Callable[[PageType], str]
    # Where it goes for what happens on a page, not by looking at one.
    when_done: str = ""


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A text to copy, the type of page that it is for, and where exactly it goes."""

    page: PageType
    text: str
    note: str = ""


def snippets(facts: Facts, way: Way) -> list[Snippet]:
    """Return what a shop copies that goes this way."""
    every = Snippet(page=EVERY_PAGE, text=way.script(facts))
    return [every, *(_snippet(page, way) for page in PAGE_TYPES)]


def _snippet(page: PageType, way: Way) -> Snippet:
    note = way.when_done if page.element != "div" else ""
    if way.name == "gtm" and page.layer is None:
        note = "A tag of its own, of the type Custom HTML, with a trigger for this moment."
    return Snippet(page=page, text=way.page(page), note=note)


def as_json(page: PageType) -> str:
    """Return it as data in the page, which is no code."""
    calls = " ".join(page.calls)
    body = _json(page.fields)
    return f'<script type="application/json" data-storewire="{calls}">\n{body}\n</script>'


def as_attributes(page: PageType) -> str:
    """Return it as an element's attributes; a form has what people enter in its fields."""
    fields = page.fields or {}
    rows = [f'data-storewire="{" ".join(page.calls)}"']
    rows += [
        _attribute(name, value)
        for name, value in fields.items()
        if page.element != "form" or name not in CUSTOMER
    ]
    indent = "\n" + " " * (len(page.element) + 2)
    return f"<{page.element} {indent.join(rows)}>{INSIDE[page.element]}</{page.element}>"


def as_calls(page: PageType) -> str:
    """Return it as calls, which may be made before the script is there."""
    if len(page.calls) == 1:
        return f'{QUEUE}.push(["{page.calls[0]}", {_json(page.fields)}]);'
    calls = [f'{QUEUE}.push(["{call}", told]);' for call in page.calls]
    return "\n".join([f"const told = {_json(page.fields)};", *calls])


def for_managers(page: PageType) -> str:
    """Return it for a tag manager: what the data layer gets, else a tag of its own."""
    if page.layer is None:
        return f"<script>\n{as_calls(page)}\n</script>"
    layer = f"window.dataLayer = window.dataLayer || [];\ndataLayer.push({_json(page.layer)});"
    return f"<script>\n{layer}\n</script>"


def for_django(page: PageType) -> str:
    """Return it as a template tag, and what the view gives to it."""
    name = "customer" if page.event == "identify" else "told"
    written = re.sub(r'"(\[\[[^\]]*\]\])"', r"\1", _json(page.fields))
    use = f'storewire_track "{page.event}" told'
    if page.event == "identify":
        use = "storewire_identify customer"
    template = f"{{% load storewire %}}{{% {use} %}}"
    return f"# in the view\n{name} = {written}\n\n# in the template\n{template}"


def tag_for_django(facts: Facts) -> str:
    """Return the template tag that writes the script's tag."""
    return f'{{% load storewire %}}{{% storewire_script "{facts.store}" %}}'


def _json(value: Any, indent: str = "\n") -> str:
    """Return it as JSON for people to read: a line for each field."""
    deeper = f"{indent}  "
    if isinstance(value, dict):
        rows = (f"{deeper}{json.dumps(name)}: {_json(of, deeper)}" for name, of in value.items())
        return "{" + ",".join(rows) + indent + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(one, indent) for one in value) + "]"
    return NUMBER.sub(r"[[\1]]", json.dumps(value, ensure_ascii=False))


def _attribute(name: str, value: Any) -> str:
    kebab = "-".join(WORDS.findall(name)).lower()
    if name == "Categories":
        value = ", ".join(value)
    text = value if isinstance(value, str) else _json(value)
    text = text.replace("[[#", "[[")
    quote = "'" if '"' in text else '"'
    return f"data-storewire-{kebab}={quote}{html.escape(text, quote=False)}{quote}"


WAYS: tuple[Way, ...] = (
    Way(
        name="json",
        title="JSON in the page",
        says="Your shop's templates write the data into the page, in one block that is no code. "
        "The surest way. Values are to be written as JSON, and < in them as \\u003C.",
        script=tag,
        page=as_json,
        when_done="Into the page that is shown once it is done.",
    ),
    Way(
        name="attributes",
        title="HTML attributes",
        says="For templates that cannot write JSON. A block tells when the page is shown, a button "
        "when it is pressed, a form when it is sent, with its fields. Escape values as HTML.",
        script=tag,
        page=as_attributes,
    ),
    Way(
        name="calls",
        title="JavaScript calls",
        says="For developers: in a script of your shop, at the moment when it happens.",
        script=tag,
        page=as_calls,
    ),
    Way(
        name="gtm",
        title="Google Tag Manager",
        says="The first text is a tag of the type Custom HTML with the trigger All Pages. What "
        "your shop puts into the data layer for Google Analytics is read, so there is often "
        "nothing more to do: the other texts show what is understood.",
        script=tag_for_managers,
        page=for_managers,
    ),
    Way(
        name="django",
        title="Django",
        says="For a shop that Django renders, with the app “storefront” in it. Values are escaped.",
        script=tag_for_django,
        page=for_django,
        when_done="Into the page that is shown once it is done.",
    ),
)
