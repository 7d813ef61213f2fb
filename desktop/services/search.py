"""Search over everything that was ever said."""

from desktop.core.search import SearchHit, parse_query
from desktop.storage.repositories.search import SearchRepository

__all__ = ["SearchHit", "SearchService"]


class SearchService:
    """Finds messages and titles by what the user types; see `parse_query`."""

    def __init__(self, repository: SearchRepository) -> None:
        self._repository = repository

    async def search(self, text: str, *, limit: int = 60) -> list[SearchHit]:
        """Return what fits `text`: titles, then messages, newest first.

        Raises:
            StorageError: the database failed.
        """
        return await self._repository.find(parse_query(text), limit=limit)

    async def models(self) -> list[str]:
        """Return the models that answered lately, to filter by."""
        return await self._repository.models()
