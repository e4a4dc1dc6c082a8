"""The words of the sample shop's range: categories, products, colours and sizes."""

from __future__ import annotations

# key: (English, German, key of the parent)
CATEGORIES: dict[str, tuple[str, str, str | None]] = {
    "outdoor": ("Outdoor", "Draußen", None),
    "camping": ("Camping", "Camping", "outdoor"),
    "tents": ("Tents", "Zelte", "camping"),
    "sleeping": ("Sleeping bags & mats", "Schlafsäcke & Matten", "camping"),
    "camp-kitchen": ("Camp kitchen", "Campingküche", "camping"),
    "hiking": ("Hiking", "Wandern", "outdoor"),
    "backpacks": ("Backpacks", "Rucksäcke", "hiking"),
    "lights": ("Lights", "Leuchten", "hiking"),
    "household": ("Household", "Haushalt", None),
    "kitchen": ("Kitchen", "Küche", "household"),
    "cookware": ("Pots & pans", "Töpfe & Pfannen", "kitchen"),
    "pantry": ("Pantry", "Vorrat", "kitchen"),
}

Row = tuple[str, str, str, int]  # English, German, brand, price of the first variant in cents
PRODUCTS: dict[str, list[Row]] = {  # by category
    "tents": [
        ("Skerry two-person tent", "Zweipersonenzelt Schäre", "Nordhaven", 21900),
        ("Skerry three-person tent", "Dreipersonenzelt Schäre", "Nordhaven", 28900),
        ("Drizzle tarp", "Regenplane Niesel", "Nordhaven", 6450),
        ("Lull family tent", "Familienzelt Flaute", "Tollbohm", 44900),
        ("Tent pegs, set of ten", "Zeltheringe, zehn Stück", "Tollbohm", 1295),
    ],
    "sleeping": [
        ("Hoarfrost down bag", "Daunenschlafsack Raureif", "Nordhaven", 25900),
        ("Dew summer bag", "Sommerschlafsack Tau", "Nordhaven", 7990),
        ("Moss sleeping mat", "Isomatte Moos", "Feldkiesel", 8495),
        ("Moss seat pad", "Sitzkissen Moos", "Feldkiesel", 1450),
        ("Travel pillow", "Reisekissen", "Feldkiesel", 2290),
        ("Silk liner", "Innenschlafsack aus Seide", "Nordhaven", 5950),
    ],
    "camp-kitchen": [
        ("Kindling gas stove", "Gaskocher Span", "Glutwerk", 5490),
        ("Nesting pot set", "Topfsatz zum Stapeln", "Glutwerk", 6290),
        ("Enamel mug", "Emaillebecher", "Tollbohm", 1190),
        ("Folding cutlery", "Klappbesteck", "Glutwerk", 1590),
        ("Collapsible bowl", "Faltschüssel", "Feldkiesel", 1340),
        ("Vacuum flask", "Isolierflasche", "Glutwerk", 3490),
    ],
    "backpacks": [
        ("Ridge day pack", "Tagesrucksack Grat", "Feldkiesel", 8950),
        ("Ridge touring pack", "Tourenrucksack Grat", "Feldkiesel", 17900),
        ("Ferry duffel", "Reisetasche Fähre", "Nordhaven", 9900),
        ("Rain cover", "Regenhülle", "Feldkiesel", 1990),
        ("Hip pouch", "Hüfttasche", "Tollbohm", 2790),
        ("Dry bag", "Packsack wasserdicht", "Nordhaven", 1850),
    ],
    "lights": [
        ("Glowworm head torch", "Stirnlampe Glühwurm", "Lumenau", 4490),
        ("Harbour lantern", "Laterne Hafen", "Lumenau", 5990),
        ("String of tent lights", "Lichterkette fürs Zelt", "Lumenau", 2650),
        ("Pocket torch", "Taschenlampe", "Lumenau", 2190),
        ("Spare battery pack", "Ersatzakku", "Lumenau", 1780),
    ],
    "cookware": [
        ("Cast-iron pan", "Gusseiserne Pfanne", "Glutwerk", 5890),
        ("Stew pot", "Schmortopf", "Glutwerk", 12900),
        ("Milk pan", "Milchtopf", "Haferkamp", 3450),
        ("Steamer basket", "Dämpfeinsatz", "Haferkamp", 2390),
        ("Splatter lid", "Spritzschutz", "Haferkamp", 1690),
        ("Oven dish", "Auflaufform", "Haferkamp", 3990),
    ],
    "pantry": [
        ("Storage jar", "Vorratsglas", "Haferkamp", 990),
        ("Bread box", "Brotkasten", "Haferkamp", 4950),
        ("Spice tin set", "Gewürzdosen", "Tollbohm", 2150),
        ("Flour bin", "Mehlbehälter", "Tollbohm", 2890),
        ("Beeswax wraps", "Bienenwachstücher", "Feldkiesel", 1690),
        ("Tea caddy", "Teedose", "Tollbohm", 1450),
    ],
}

# product key: what is engraved on it
ENGRAVED = {"enamel-mug": "Up before the sun", "tea-caddy": "First flush"}

COLOURS = [
    ("spruce", "Spruce green", "Fichtengrün"),
    ("sand", "Sand", "Sand"),
    ("slate", "Slate blue", "Schieferblau"),
    ("rowan", "Rowan red", "Vogelbeerrot"),
]

DESCRIPTION = {
    "en": "{name} by {brand}: made to be used every day, and to be repaired when it breaks.",
    "de": "{name} von {brand}: für jeden Tag gemacht, und reparierbar, wenn etwas kaputtgeht.",
}
