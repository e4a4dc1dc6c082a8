"""What each thing that pages tell of is made of.

What stands in [[…]] is for the shop to fill in; [[#…]] is a number.
"""

from __future__ import annotations

from typing import Any

Fields = dict[str, Any]

PERSON: Fields = {
    "email": "[[e-mail address]]",
    "first_name": "[[first name]]",
    "last_name": "[[last name]]",
}
CUSTOMER: Fields = {**PERSON, "external_id": "[[customer number]]"}
PRODUCT: Fields = {
    "ProductName": "[[product name]]",
    "ProductID": "[[product id]]",
    "SKU": "[[SKU]]",
    "Categories": ["[[category]]", "[[another category]]"],
    "ImageURL": "[[address of the image]]",
    "URL": "[[address of the product page]]",
    "Brand": "[[brand]]",
    "Price": "[[#price]]",
    "CompareAtPrice": "[[#price before]]",
}
LINE: Fields = {
    "ProductID": "[[product id]]",
    "SKU": "[[SKU]]",
    "ProductName": "[[product name]]",
    "Quantity": "[[#quantity]]",
    "ItemPrice": "[[#price]]",
    "RowTotal": "[[#price × quantity]]",
    "ProductURL": "[[address of the product page]]",
    "ImageURL": "[[address of the image]]",
    "ProductCategories": ["[[category]]"],
}
ADDED: Fields = {
    **{name: PRODUCT[name] for name in PRODUCT if name not in ("Brand", "CompareAtPrice")},
    "Quantity": "[[#quantity]]",
    "CartID": "[[cart id]]",
    "CartVersion": "[[#cart version]]",
    "CheckoutURL": "[[address of the checkout]]",
    "Items": [LINE],
}
JOINING: Fields = {
    **PERSON,
    "SignUpDate": "[[date like 2026-01-31]]",
    "Schedule": "[[how often]]",
    "Status": "Active",
    "HasFilledOutProfile": False,
}
CHECKOUT: Fields = {
    "CheckoutID": "[[checkout id]]",
    "CartID": "[[cart id]]",
    "$value": "[[#total]]",
    "CheckoutURL": "[[address of the checkout]]",
    "Items": [LINE],
}
ANALYTICS_ITEM: Fields = {
    "item_id": "[[product id]]",
    "item_variant": "[[SKU]]",
    "item_name": "[[product name]]",
    "item_brand": "[[brand]]",
    "item_category": "[[category]]",
    "price": "[[#price]]",
    "quantity": "[[#quantity]]",
}
