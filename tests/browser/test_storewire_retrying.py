"""What did not get to the collector goes again."""

from __future__ import annotations

from tests.browser.storefront_page import StorefrontPage, one_window

storefront_page = one_window
ADA = {"email": "ada@klaviyo-demo.com"}
HIDE = (
    "(is) => { Object.defineProperty(document, 'hidden', {value: is, configurable: true});"
    " document.dispatchEvent(new Event('visibilitychange')); }"
)


def names(events: list[dict]) -> list[str]:
    """Return what these events are called."""
    return [event.get("name", event["type"]) for event in events]


def waiting(storefront_page: StorefrontPage) -> list[str]:
    """Return what is in the outbox."""
    return names(storefront_page.box()["queue"])


def test_what_did_not_arrive_is_sent_again(storefront_page: StorefrontPage):
    for answer in (None, (503, {}), (429, {}), (403, {}), (404, {})):
        storefront_page.answers = [answer]
        storefront_page.open()
        storefront_page.call("identify", ADA)
        storefront_page.sent()
        assert waiting(storefront_page) == ["identify"], answer

        storefront_page.call("track", "Meanwhile")
        assert storefront_page.sent(1) == []  # not before the pause is over
        assert names(storefront_page.sent(6)) == ["identify", "Meanwhile"]
        assert waiting(storefront_page) == []
        storefront_page.forget()


def test_pauses_grow_and_an_answer_says_how_long(storefront_page: StorefrontPage):
    storefront_page.answers = [(503, {}), (503, {}), (429, {"Retry-After": "60"})]
    storefront_page.open()
    storefront_page.call("identify", ADA)
    asked = []
    for seconds in (0.5, 5, 6, 5, 50, 11):
        asked.append(len(storefront_page.sent(seconds)))
    assert asked == [1, 1, 0, 1, 0, 1]
    assert waiting(storefront_page) == []


def test_what_is_refused_is_not_sent_again(storefront_page: StorefrontPage):
    for status in (400, 413):
        storefront_page.answers = [(status, {})]
        storefront_page.open()
        storefront_page.call("identify", ADA)
        storefront_page.call("track", "Looked")
        assert len(storefront_page.sent()) == 2
        assert waiting(storefront_page) == [], status
        assert storefront_page.sent(400) == []
        storefront_page.forget()


def test_what_did_not_arrive_goes_with_the_next_page(storefront_page: StorefrontPage):
    storefront_page.answers = [None]
    storefront_page.open()
    storefront_page.call("identify", ADA)
    storefront_page.sent()
    storefront_page.page.clock.fast_forward(3_000)
    storefront_page.open(path="/other")
    [event] = storefront_page.sent()
    assert 3_000 < event["age"] < 30_000
    assert waiting(storefront_page) == []


def test_a_page_out_of_sight_hands_over_and_makes_sure_later(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", ADA)
    storefront_page.run(HIDE, True)
    assert names(storefront_page.sent(0)) == ["identify"]
    assert storefront_page.sent(10) == []
    assert waiting(storefront_page) == ["identify"]  # nobody said that it arrived

    storefront_page.run(HIDE, False)
    assert names(storefront_page.sent()) == ["identify"]
    assert waiting(storefront_page) == []
