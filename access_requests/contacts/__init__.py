"""Whom CMS can write to at a provider, whether or not they have an account here."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.db.models.functions import Lower

from access_requests.models import Contact
from accounts import bounces
from accounts.models import User
from providers.models import Provider

MOST_AT_PROVIDER = 10


def living(provider_ids: Iterable[int] | QuerySet[Provider]) -> QuerySet[Contact]:
    """Contacts that nobody has removed, of those of the providers that are open."""
    here = Contact.objects.filter(provider__in=provider_ids)
    return here.filter(removed_at=None, provider__closed_on=None)


def deliverable(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Those with an address that email has not come back from."""
    return contacts.exclude(email="").exclude(bounces.comes_back("email"))


def for_campaigns(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Without those who have said that they want no campaign letters there."""
    return contacts.filter(declined_at=None)


def is_deliverable(contact: Contact) -> bool:
    return bool(contact.email) and not bounces.is_bounced(contact.email)


def own_addresses(person: User) -> QuerySet[EmailAddress, tuple[str]]:
    """Proven to be this person's: as a contact's they say nothing about them. One that they only
    claim is left out, or they could keep the real contact from hearing of it."""
    own = EmailAddress.objects.filter(user=person, verified=True)
    return own.values_list(Lower("email"))


def is_known(address: str) -> bool:
    """Whether some contact has this address. accounts.bounces asks, by settings: what comes back
    from a contact's address is remembered as for an account's."""
    alike = Contact.objects.annotate(small=Lower("email")).filter(small=address.lower())
    return alike.filter(removed_at=None).exists()


def at_provider(provider: Provider) -> list[Contact]:
    """For its page, newest first; one more than are shown. A closed provider's too."""
    here = Contact.objects.filter(provider=provider, removed_at=None)
    flagged = here.annotate(**{"email_comes_back": bounces.comes_back("email")})
    return list(flagged.order_by("-pk")[: MOST_AT_PROVIDER + 1])
