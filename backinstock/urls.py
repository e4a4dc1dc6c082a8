"""The addresses for shoppers and their pages."""

from django.urls import path

from backinstock.api import asking, signups
from backinstock.api.rehearsal import Rehearse
from backinstock.api.stock import Stock
from backinstock.views.confirm import confirm
from backinstock.views.form import form
from backinstock.views.leave import leave
from backinstock.views.mine import mine

urlpatterns = [
    path("signups", signups.sign_ups, name="back_in_stock_sign_ups"),
    path("stock", Stock.as_view(), name="back_in_stock_tell"),
    path("rehearsal", Rehearse.as_view(), name="back_in_stock_rehearsal"),
    path("leave/<str:signed>/", leave, name="back_in_stock_leave"),
    path("mine/<str:signed>/", mine, name="back_in_stock_mine"),
    path("confirm/<str:signed>/", confirm, name="back_in_stock_confirm"),
    path("<slug:slug>/form/", form, name="back_in_stock_form"),
    path("<slug:slug>/form.json", asking.form, name="back_in_stock_form_json"),
    path("<slug:slug>/stock", asking.stock, name="back_in_stock_stock"),
    path("<slug:slug>/challenge", asking.challenge, name="back_in_stock_challenge"),
]
