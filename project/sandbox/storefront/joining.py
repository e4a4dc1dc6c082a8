"""Who somebody is: log-in, sign-up in two steps, leaving, and asking something."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Redirect

from project.sandbox.commercetools import Shop
from project.sandbox.commercetools.documents import Json
from project.sandbox.storefront import visit

SCHEDULES = ("Daily", "Weekly", "Monthly")
REASONS = ("Too expensive", "Not for me", "Something else")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+[1-9]\d{7,14}")
LONGEST_EMAIL, LONGEST_NAME = 100, 80


def add_joining(pages: Blueprint, shop: Shop) -> None:
    """Add the pages."""
    _add_log_in(pages, shop)
    _add_sign_up(pages)
    _add_second_step(pages)
    _add_leaving(pages)

    @pages.get("/contact/")
    def contact() -> str:
        return render_template("storefront/contact.html", is_sent="sent" in request.args)

    @pages.post("/contact/")
    def send_message() -> Redirect:
        return redirect(url_for("storefront.contact", sent=""), 303)


def given_email() -> str:
    """Return the e-mail address of the form that was sent."""
    email = request.form.get("email", "").strip()
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        abort(400, "This is not an e-mail address.")
    return email


def _add_log_in(pages: Blueprint, shop: Shop) -> None:
    @pages.get("/log-in/")
    def log_in() -> str:
        return render_template("storefront/log_in.html")

    @pages.post("/log-in/")
    def logged_in() -> Redirect:
        person = _person(shop, given_email())
        visit.know(person)
        visit.say_next("identify", person)
        return redirect(url_for("storefront.log_in"), 303)

    @pages.post("/log-out/")
    def log_out() -> Redirect:
        visit.forget()
        return redirect(url_for("storefront.home"), 303)


def _add_sign_up(pages: Blueprint) -> None:
    @pages.get("/sign-up/")
    def sign_up() -> str:
        return render_template("storefront/sign_up.html", schedules=SCHEDULES)

    @pages.post("/sign-up/")
    def begin() -> Redirect:
        person = {"email": given_email(), **_given("first_name")}
        schedule = request.form.get("schedule", "")
        if schedule not in SCHEDULES:
            abort(400, "This is not one of the schedules.")
        chosen = {"SignUpDate": _now(), "Schedule": schedule}
        session[visit.SIGNING_UP] = chosen
        visit.know(person)
        active = {"Status": "Active", "HasFilledOutProfile": False}
        visit.say_next("identify", {**person, **chosen, **active})
        return redirect(url_for("storefront.profile"), 303)


def _add_second_step(pages: Blueprint) -> None:
    @pages.get("/sign-up/profile/")
    def profile() -> str | Redirect:
        if visit.SIGNING_UP not in session:
            return redirect(url_for("storefront.sign_up"), 303)
        return render_template("storefront/profile.html")

    @pages.post("/sign-up/profile/")
    def finish() -> Redirect:
        chosen = session.pop(visit.SIGNING_UP, None)
        if chosen is None:
            return redirect(url_for("storefront.sign_up"), 303)
        visit.know({**visit.visitor(), **_given("last_name"), **_given_phone()})
        visit.say_next("identify", {**visit.visitor(), "HasFilledOutProfile": True})
        visit.say_next("completedSignup", chosen)
        return redirect(url_for("storefront.welcome"), 303)

    @pages.get("/sign-up/welcome/")
    def welcome() -> str:
        return render_template("storefront/welcome.html")


def _add_leaving(pages: Blueprint) -> None:
    @pages.get("/cancel/")
    def cancel() -> str:
        is_done = "done" in request.args
        return render_template("storefront/cancel.html", reasons=REASONS, is_done=is_done)

    @pages.post("/cancel/")
    def leave() -> Redirect:
        reason = request.form.get("reason", "")
        if not visit.visitor() or reason not in REASONS:
            return redirect(url_for("storefront.cancel"), 303)
        visit.say_next("cancelledAccount", {"Cancellation Date": _now(), "Reason": reason})
        visit.forget()
        return redirect(url_for("storefront.cancel", done=""), 303)


def _person(shop: Shop, email: str) -> Json:
    """What the shop knows of somebody, by the names that the script has for it."""
    same = (one for one in shop.held("customers") if one["email"].lower() == email.lower())
    customer = next(same, {})
    names = {"external_id": "id", "first_name": "firstName", "last_name": "lastName"}
    known = {ours: customer[theirs] for ours, theirs in names.items() if theirs in customer}
    return {"email": email, **known}


def _given(name: str) -> Json:
    """A name of the form that was sent, if it was filled in."""
    value = request.form.get(name, "").strip()[:LONGEST_NAME]
    return {name: value} if value else {}


def _given_phone() -> Json:
    phone = request.form.get("phone_number", "").replace(" ", "")
    if phone and not PHONE.fullmatch(phone):
        abort(400, "This is not a phone number with its country code.")
    return {"phone_number": phone} if phone else {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
