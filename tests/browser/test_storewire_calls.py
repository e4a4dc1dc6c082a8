"""What a page may call, and what becomes of it."""

from __future__ import annotations

from tests.browser.storefront_page import COMPANY, LAMP, SHOP, StorefrontPage, one_window

storefront_page = one_window


def test_a_viewed_item_is_for_klaviyo_alone(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.sent()
    storefront_page.call("viewedItem", LAMP)
    storefront_page.call("viewedItem", {"ProductName": "A bulb", "Price": 2})

    assert storefront_page.told()[1:] == [
        [
            "trackViewedItem",
            {
                "Title": "A lamp",
                "ItemId": "p-1",
                "Categories": ["Lamps", "Light"],
                "ImageUrl": f"{SHOP}/lamp.webp",
                "Url": f"{SHOP}/p/lamp",
                "Metadata": {"Brand": "Lux", "Price": 49.9, "CompareAtPrice": 59.9},
            },
        ],
        ["trackViewedItem", {"Title": "A bulb", "Metadata": {"Price": 2}}],
    ]
    assert storefront_page.sent() == []


def test_a_person_is_told_with_all_that_is_known(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call(
        "identify",
        {
            "$email": " ada@klaviyo-demo.com ",
            "$first_name": "Ada",
            "last_name": "Lovelace",
            "$phone_number": "+4930901820",
            "$id": 1815,
            "$source": 1,
            "Schedule": "Weekly",
            "HasFilledOutProfile": True,
            "SignUpDate": None,
        },
    )

    person = {
        "email": "ada@klaviyo-demo.com",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "phone_number": "+4930901820",
        "external_id": "1815",
    }
    own = {"Schedule": "Weekly", "HasFilledOutProfile": True}
    assert storefront_page.told() == [["identify", {**person, **own}]]
    [event] = storefront_page.sent()
    assert (event["type"], event["person"], event["properties"]) == ("identify", person, own)
    assert "name" not in event


def test_signing_up_and_writing_to_the_shop_say_who_it_is_first(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("completedSignup", {"$email": "ada@klaviyo-demo.com", "$value": 20})
    storefront_page.call("completedSignup", {"Plan": "Weekly"})
    storefront_page.call("cancelledAccount")

    told = storefront_page.told()
    assert [call[:2] for call in told] == [
        ["identify", {"email": "ada@klaviyo-demo.com"}],
        ["track", "Completed Signup"],
        ["track", "Completed Signup"],
        ["identify", {"Status": "Stopped"}],
        ["track", "Cancelled Account"],
    ]
    assert told[1][2]["$value"] == 20
    date = told[4][2]["Cancellation Date"]
    assert date == storefront_page.run("(it) => new Date(it).toISOString()", date)
    events = storefront_page.sent()
    assert [event.get("name") or event["properties"] for event in events] == [
        {},
        "Completed Signup",
        "Completed Signup",
        {"Status": "Stopped"},
        "Cancelled Account",
    ]
    assert {event["person"]["email"] for event in events} == {"ada@klaviyo-demo.com"}


def test_own_events_and_ids_are_taken_as_they_are(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com"})
    storefront_page.call("track", "Read the guide", {"$event_id": "g-1", "$value": "much"})
    storefront_page.call("track", "Placed Order", {"OrderID": 1001, "Value": 5})
    storefront_page.call("track", "Waved")

    assert storefront_page.told()[1:3] == [
        ["track", "Read the guide", {"$event_id": "g-1"}],
        ["track", "Placed Order", {"OrderID": 1001, "Value": 5, "$value": 5, "$event_id": "1001"}],
    ]
    assert [(event["id"], event["properties"]) for event in storefront_page.sent()[1:3]] == [
        ("g-1", {"$value": "much"}),  # so that it can be said what is wrong with it
        ("1001", {"OrderID": 1001, "Value": 5, "$value": 5}),
    ]


def test_what_a_page_changes_later_does_not_matter(storefront_page: StorefrontPage):
    storefront_page.open(options=f'{COMPANY} data-consent="call"')
    storefront_page.run(
        "() => { const lamp = {ProductName: 'A lamp', Categories: ['Lamps']};"
        " storewire.viewedProduct(lamp); lamp.ProductName = 'Changed'; lamp.Categories.push('X');"
        " storewire.consent(true); }"
    )
    [[_, _, properties]] = storefront_page.told()
    assert properties["ProductName"] == "A lamp"
    assert properties["Categories"] == ["Lamps"]


WRONG = """() => {
  const circle = {};
  circle.circle = circle;
  const trap = { get email() { throw new Error("trap"); } };
  const wrong = [undefined, null, 0, 5, "text", [], [1], circle, trap, 5n, () => {}, Symbol(), NaN];
  for (const name of Object.keys(storewire).filter((it) => !/consent|debug/.test(it))) {
    for (const it of wrong) {
      for (const given of [[it], [it, it], ["x", it]]) storewire[name](...given);
    }
  }
  storewire.push(["nothing"], [], ["constructor"], ["__proto__"]);
  window.said = "all";
}"""


def test_a_wrong_call_never_throws_into_the_page(storefront_page: StorefrontPage):
    storefront_page.open()
    storefront_page.run(WRONG)
    assert storefront_page.run("() => window.said") == "all"
    assert all("storewire:" in complaint for complaint in storefront_page.complaints)

    storefront_page.call("identify", {"email": "ada@klaviyo-demo.com", "first_name": {"a": 1}})
    storefront_page.call("track", "Right", {"Items": 5, "Deep": {"a": None}})
    assert storefront_page.told()[-1][1] == "Right"
    right = storefront_page.sent()[-1]
    assert (right["name"], right["properties"]) == ("Right", {"Items": 5, "Deep": {}})
