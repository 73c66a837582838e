"""A person's bank accounts, cards and documents."""

from collections.abc import Sequence
from uuid import UUID

from financebuy.client.feature import Feature
from financebuy.services import documents, payment_methods
from financebuy.services.documents import Content, Document
from financebuy.services.payment_methods import PaymentMethod


class PaymentMethods(Feature):
    """Bank accounts and cards, by tokens. Without a `user_id`: one's own."""

    async def add(
        self,
        kind: str,
        number: str,
        routing_number: str | None = None,
        *,
        user_id: UUID | None = None,
        key: str | None = None,
    ) -> PaymentMethod:
        """See `services.payment_methods.add`."""
        whose = user_id or self._speaker.user_id
        return await payment_methods.add(
            self._platform, self._caller, whose, kind, number, routing_number, key
        )

    async def list(self, user_id: UUID | None = None) -> Sequence[PaymentMethod]:
        """See `services.payment_methods.payment_methods`."""
        whose = user_id or self._speaker.user_id
        return await payment_methods.payment_methods(self._platform, self._caller, whose)

    async def remove(self, payment_method_id: UUID, *, key: str | None = None) -> None:
        """See `services.payment_methods.remove`."""
        await payment_methods.remove(self._platform, self._caller, payment_method_id, key)

    async def number(self, payment_method_id: UUID) -> str:
        """See `services.payment_methods.number`."""
        return await payment_methods.number(self._platform, self._caller, payment_method_id)


class Documents(Feature):
    """Documents of identity checks. Without a `user_id`: one's own."""

    async def add(
        self, kind: str, content: bytes, *, user_id: UUID | None = None, key: str | None = None
    ) -> Document:
        """See `services.documents.add`."""
        whose = user_id or self._speaker.user_id
        return await documents.add(self._platform, self._caller, whose, kind, content, key)

    async def list(self, user_id: UUID | None = None) -> Sequence[Document]:
        """See `services.documents.documents`."""
        whose = user_id or self._speaker.user_id
        return await documents.documents(self._platform, self._caller, whose)

    async def read(self, document_id: UUID) -> Content:
        """See `services.documents.read`."""
        return await documents.read(self._platform, self._caller, document_id)

    async def remove(self, document_id: UUID, *, key: str | None = None) -> None:
        """See `services.documents.remove`."""
        await documents.remove(self._platform, self._caller, document_id, key)
