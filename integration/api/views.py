"""What all views of the API share."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from integration import bulk, jobs
from integration.api.access import TokenAuthentication, token_of
from integration.api.asking import JsonObject, OnlyJson
from integration.api.errors import LengthRequired, Refused
from integration.api.shapes import RunShape
from integration.core.errors import Reject
from integration.models import ApiToken, JobRun, Store
from integration.models.runs import JobRunQuerySet


class SyncView(GenericAPIView[Any]):
    """JSON in, JSON out, for whoever has a token. Each view names its permission and throttle."""

    authentication_classes = (TokenAuthentication,)
    renderer_classes = (JSONRenderer,)
    parser_classes = (JsonObject,)
    content_negotiation_class = OnlyJson

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a body whose length is not told: it would be read as none, which means all."""
        super().initial(request, *args, **kwargs)
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            raise LengthRequired


class NothingHere(SyncView):
    """The last address under /sync/: what is not there is said in JSON, too."""

    permission_classes = (AllowAny,)
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raise NotFound, whatever the method."""
        raise NotFound("There is nothing at this address. What there is: /api/docs/.")


def stores_of(token: ApiToken, slug: str | None) -> list[Store]:
    """Return the token's stores, or the one with this short name. Raises ValidationError."""
    stores = list(token.stores.all())
    chosen = [store for store in stores if slug in (None, store.slug)]
    if slug is not None and not chosen:
        raise _which_store("This is not one of the token's stores", stores)
    return chosen


def store_of(token: ApiToken, slug: str | None) -> Store:
    """Return the store that is meant: the token's only one needs no name.

    Raises ValidationError.
    """
    stores = stores_of(token, slug)
    if len(stores) != 1:
        raise _which_store("Say which store: the token does not have just one", stores)
    return stores[0]


def kind_of(name: str) -> str:
    """Return it, if there are imports of this kind. Raises Http404."""
    if name not in bulk.kinds():
        raise Http404(f"There are no imports of this kind. There are: {', '.join(bulk.kinds())}.")
    return name


def runs_of(stores: list[Store]) -> JobRunQuerySet:
    """Return the imports of these stores."""
    runs = JobRun.objects.filter(store__in=stores, kind__in=bulk.kinds())
    return runs.select_related("store", "started_by")


def run_of(request: Request, public_id: UUID) -> JobRun:
    """Return the import that is meant. Raises Http404, also for another's."""
    run = runs_of(stores_of(token_of(request), None)).filter(public_id=public_id).first()
    if run is None:
        raise Http404("There is no such run, or it is not of a store of this token.")
    return run


def refused(reject: Reject, store: Store, kind: str) -> Refused:
    """Return what to raise for a Reject, with the run that is in the way, if one is."""
    is_other = reject.code == "runs_already"
    return Refused(reject, bulk.active(store, kind) if is_other else None)


def started_with(token: ApiToken) -> str:
    """Return who starts a run, in words."""
    return f"API token “{token.name}”"[:100]


def accepted(run: JobRun) -> Response:
    """Ring for a run that begins, and say where it can be watched."""
    transaction.on_commit(partial(jobs.ring, jobs.import_run, run.id))
    return Response(
        RunShape(run).data,
        status=status.HTTP_202_ACCEPTED,
        headers={"Location": reverse("sync_run", args=[run.public_id])},
    )


def _which_store(what: str, stores: list[Store]) -> ValidationError:
    slugs = ", ".join(store.slug for store in stores) or "none"
    return ValidationError({"store": [f"{what}. There are: {slugs}."]})
