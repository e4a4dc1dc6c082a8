"""Customers of the sample shop. Some are as awkward as real ones are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from project.sandbox.commercetools.documents import Json, born, new_id, reference

FIRST = datetime(2025, 6, 10, 9, 30, tzinfo=UTC)
DOMAIN = "storewire-demo.com"
GIVEN = [
    "Alma",
    "Bengt",
    "Carla",
    "Dorian",
    "Edda",
    "Fabrice",
    "Greta",
    "Hakan",
    "Ines",
    "Jonne",
    "Kirsten",
    "Laurent",
    "Merle",
    "Nils",
    "Odette",
    "Pirkko",
    "Quentin",
    "Runa",
    "Silke",
    "Timo",
    "Ulla",
    "Valentin",
    "Wiebke",
    "Yann",
]
FAMILY = [
    "Ahlgren",
    "Borchers",
    "Castel",
    "Dahlmann",
    "Ekberg",
    "Fournel",
    "Grothe",
    "Holmqvist",
    "Iversen",
    "Jansson",
    "Kesting",
    "Lavigne",
    "Mertens",
    "Nyholm",
    "Oberlin",
    "Petri",
    "Ravel",
    "Sundgren",
    "Tiedemann",
    "Vasseur",
    "Wieland",
]
COMPANIES = ("Hof Tiedemann", "Kajak & Kanu", "Atelier Ravel", "Herberge am Deich")
NAMES = ("firstName", "lastName")
TIERS = ("leaf", "branch", "trunk")
SPORTS = ("hiking", "canoeing", "cycling", "sailing", "baking")

# country: (locale, towns as (code, name, region), streets)
PLACES: dict[str, tuple[str, list[tuple[str, str, str]], list[str]]] = {
    "DE": (
        "de-DE",
        [("24103", "Kiel", "SH"), ("28195", "Bremen", "HB"), ("04109", "Leipzig", "SN")],
        ["Lindenweg", "Am Alten Hafen", "Schmiedegasse", "Mühlenstieg"],
    ),
    "FR": (
        "fr-FR",
        [("29200", "Brest", "Bretagne"), ("69002", "Lyon", "Auvergne-Rhône-Alpes")],
        ["rue des Tilleuls", "quai du Vieux Port", "chemin du Moulin"],
    ),
    "SE": (
        "sv-SE",
        [("411 03", "Göteborg", "Västra Götaland"), ("903 26", "Umeå", "Västerbotten")],
        ["Lindgatan", "Hamngatan", "Kvarnvägen"],
    ),
}
# Numbers that the authorities keep for films: valid, and nobody's.
PHONES = {
    "DE": ("0176 04069{:03}", "+49 176 04069{:03}"),
    "FR": ("02 61 91 0{:03}", "+33 2 61 91 0{:03}"),
    "SE": ("070-17406{:02}", "+46 70 17406{:02}"),
}
NUMBERS = {"DE": range(0, 100), "FR": range(0, 1000), "SE": range(5, 100)}


def customers(random: Random, count: int) -> list[Json]:
    """Return customers, the oldest first."""
    made = []
    for place in range(count):
        moment = FIRST + timedelta(hours=37 * place, minutes=random.randint(0, 600))
        number = f"K-{1001 + place}"
        made.append(awkward(random, place, customer(random, number, str(1001 + place), moment)))
    return made


def customer(random: Random, number: str, tag: str, moment: datetime) -> Json:
    """Return a new customer; the tag makes the e-mail address their own."""
    given, family = random.choice(GIVEN), random.choice(FAMILY)
    country = random.choice(["DE", "DE", "DE", "FR", "SE"])
    billing = address(random, country, given, family)
    shipping = address(random, country, given, family)
    return {
        **born(random, moment),
        "customerNumber": number,
        "email": f"{given}.{family}.{tag}@{DOMAIN}".lower(),
        "password": "****x1Q=",
        "firstName": given,
        "lastName": family,
        "locale": PLACES[country][0],
        "isEmailVerified": random.random() < 0.7,
        "authenticationMode": "Password",
        "stores": [],
        "customerGroupAssignments": [],
        "addresses": [billing, shipping],
        "defaultBillingAddressId": billing["id"],
        "billingAddressIds": [billing["id"]],
        "defaultShippingAddressId": shipping["id"],
        "shippingAddressIds": [shipping["id"]],
    }


def guest(random: Random, visitor: Json, moment: datetime) -> Json:
    """Return somebody who buys without an account, with the e-mail address and names of a visitor
    of the shop's pages; there may be no names.
    """
    made = customer(random, "", "", moment)
    names = {name: visitor[name] for name in NAMES if name in visitor}
    addresses = [{**_nameless(each), **names} for each in made["addresses"]]
    return {**_nameless(made), **names, "email": visitor["email"], "addresses": addresses}


def address(random: Random, country: str, given: str, family: str) -> Json:
    """Return an address with a phone number that can be read."""
    _, towns, streets = PLACES[country]
    code, town, region = random.choice(towns)
    number = random.choice(PHONES[country]).format(random.choice(NUMBERS[country]))
    made = {
        "id": new_id(random)[:8],
        "firstName": given,
        "lastName": family,
        "streetName": random.choice(streets),
        "streetNumber": str(random.randint(1, 99)),
        "postalCode": code,
        "city": town,
        "region": region,
        "country": country,
        random.choice(["phone", "mobile"]): number,
    }
    if random.random() < 0.2:
        made |= {"apartment": f"{random.randint(1, 5)}. OG", "additionalStreetInfo": "Hinterhaus"}
    return made


def awkward(random: Random, place: int, made: Json) -> Json:
    """Return the customer with the oddities of this place; each comes back every twenty."""
    match place % 20:
        case 3:  # addresses, but none of them is for bills
            del made["defaultBillingAddressId"]
            made["billingAddressIds"] = []
        case 7:  # has only signed up
            for name in ("defaultBillingAddressId", "defaultShippingAddressId"):
                del made[name]
            made |= {"addresses": [], "billingAddressIds": [], "shippingAddressIds": []}
        case 11:
            for entry in made["addresses"]:
                entry.pop("mobile", None)
                entry["phone"] = "ring after six"
        case 13 | 14:
            made["companyName"] = random.choice(COMPANIES)
            made["vatId"] = f"DE{random.randint(100000000, 999999999)}"
            made["addresses"][0]["company"] = made["companyName"]
        case 17:
            del made["firstName"], made["lastName"]
    if place % 4 == 1:
        fields = {
            "loyaltyTier": random.choice(TIERS),
            "favouriteSports": random.sample(SPORTS, 2),
            "newsletterOnPaper": random.random() < 0.5,
        }
        made["custom"] = {"type": reference("type", new_id(random)), "fields": fields}
        made["title"] = random.choice(["Dr", "Prof"])
    return made


def _nameless(document: Json) -> Json:
    return {name: value for name, value in document.items() if name not in NAMES}
