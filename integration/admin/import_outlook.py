"""What an import would do, in sentences."""

from __future__ import annotations

from dataclasses import dataclass, field

from integration import bulk
from integration.admin.import_words import about
from integration.bulk import Outlook, Wishes
from integration.core.bulk import Flow
from integration.core.errors import Reject
from integration.models import Store

NOBODY = "Storewire subscribes nobody: who may get mail stays as Klaviyo has it."


@dataclass(frozen=True, kw_only=True)
class Told:
    """What would happen, what could not be found out, and the flows that there are."""

    sentences: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    starts_flows: bool = False


def tell(store: Store, kind: str, wishes: Wishes) -> Told:
    """Ask the shop and Klaviyo, and return what they said. Takes seconds; raises nothing."""
    try:
        outlook = bulk.look(store, kind, wishes)
    except Reject as exc:
        return Told(problems=[exc.reason])
    sentences = [*_how_many(kind, wishes, outlook), *_what(wishes, outlook), NOBODY]
    starts = bool(outlook.flows) and not (wishes.backfill or wishes.dry_run)
    problems = outlook.problems
    return Told(sentences=sentences, problems=problems, flows=outlook.flows, starts_flows=starts)


def _how_many(kind: str, wishes: Wishes, outlook: Outlook) -> list[str]:
    if outlook.count is None:
        return [] if outlook.problems else ["The shop does not say how many there are."]
    title = bulk.kinds()[kind].lower()
    if not outlook.count:
        return [f"The shop has no {title} that fit." if _chosen(wishes) else f"It has no {title}."]
    where = "fit what you chose" if _chosen(wishes) else "are in the shop"
    said = [f"{outlook.count:,} {title} {where}."]
    if outlook.seconds is not None:
        verb = "Trying" if wishes.dry_run else "Importing"
        said.append(f"{verb} them takes {about(outlook.seconds)}. You need not wait for it.")
    return said


def _what(wishes: Wishes, outlook: Outlook) -> list[str]:
    said = []
    if wishes.dry_run:
        said.append("Nothing is sent: everything is mapped and checked, and the report tells.")
    if not outlook.metrics:
        return [*said, "No event is recorded, so that no flow starts."]
    named = ", ".join(f"“{name}”" for name in outlook.metrics)
    said.append(f"Klaviyo records these metrics: {named}.")
    if wishes.backfill:
        said.append("They are recorded as history: no flow starts.")
    elif not wishes.dry_run and not outlook.flows:
        said.append("Flows may start. None that these metrics trigger is live at the moment.")
    return said


def _chosen(wishes: Wishes) -> bool:
    return not wishes.is_everything
