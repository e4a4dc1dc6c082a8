"""The ledger of consent."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from integration.admin.display import NOTHING, RecordAdmin, link
from integration.models import Consent

WORDS = {"Agreed": "success", "Took it back": "warning"}
FORGOTTEN = "forgotten"


@admin.register(Consent)
class ConsentAdmin(RecordAdmin):
    """What people agreed to, and what they took back."""

    list_display = ("at", "who", "shown_word", "shown_list", "source", "where", "shown_store")
    list_display_links = ("at", "who")
    list_filter = ("granted", "store", "source", "at")
    search_fields = ("=email", "=phone", "=person")
    search_help_text = "E-mail address or phone number"
    list_select_related = ("store",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("who", "shown_word"),
                    ("at", "created"),
                    ("shown_store", "shown_list"),
                    ("source", "where"),
                    "text",
                    "person",
                )
            },
        ),
    )
    empty_text = (
        "Nobody has agreed to marketing or taken that back here yet. Who ticks the newsletter's "
        "box of a back in stock form appears here, with the words that they agreed to."
    )

    @display(description="Who")
    def who(self, consent: Consent) -> str:
        return consent.email or consent.phone or FORGOTTEN

    @display(description="What they said", label=WORDS, ordering="granted")
    def shown_word(self, consent: Consent) -> str:
        return "Agreed" if consent.granted else "Took it back"

    @display(description="List in Klaviyo")
    def shown_list(self, consent: Consent) -> str:
        return consent.list_id or NOTHING

    @display(description="Store", ordering="store")
    def shown_store(self, consent: Consent) -> SafeString:
        return link(consent.store)
