"""Who is at the API's door, what they may do, and how often."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import now
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from integration.core.redis_client import without_redis
from integration.models import ApiToken


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token sw_…`. There is no user: `request.auth` is the token."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiToken] | None:
        """Return the token that was shown, None if none was."""
        keyword, _, secret = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != "token":
            return None
        token = ApiToken.objects.find(secret.strip())
        if token is None:
            raise AuthenticationFailed("There is no such token, or it opens nothing any more.")
        token.used(now())
        return AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return 'Token realm="Storewire"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same for the OpenAPI document."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return how the token is to be shown."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": (
                "`Token sw_…`: the word, a space, and the token. Operators make tokens in the "
                "admin under *API tokens*."
            ),
        }


def token_of(request: Request) -> ApiToken:
    """Return the token of a request; the permissions have seen that there is one."""
    assert isinstance(request.auth, ApiToken)  # noqa: S101 - for mypy
    return request.auth


class MayRead(BasePermission):
    """Whoever has a token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether there is a token."""
        return request.auth is not None


class MayRun(BasePermission):
    """Whoever has a token that is for starting and stopping, too."""

    message = "This token may only read. Starting and stopping takes one that may do so."
    code = "may_only_read"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the token's scope is wide enough."""
        return isinstance(request.auth, ApiToken) and request.auth.scope == ApiToken.Scope.RUN


class TokenThrottle(SimpleRateThrottle):
    """So often for each token. While Redis is away nobody counts."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Return where is counted."""
        return self.cache_format % {"scope": self.scope, "ident": token_of(request).id}

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether it was not too often yet."""
        with without_redis("throttle"):
            return super().allow_request(request, view)
        return True


class OftenEnoughToRead(TokenThrottle):
    """Ten a second: enough to watch many runs."""

    scope = "read"
    rate = "600/min"


class OftenEnoughToRun(TokenThrottle):
    """One a second: nobody starts imports faster in earnest."""

    scope = "run"
    rate = "60/min"
