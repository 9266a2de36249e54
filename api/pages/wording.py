"""How values are worded in the page's language: counts, dates, shares, roles."""

from collections.abc import Sequence
from datetime import datetime

from api.http.schemas import EvidenceItem, RecordLink, RecordRef, Total
from api.pages.messages import MESSAGES, Lang
from finder.domain import Role

UNDER_ONE_PERCENT = 0.01


class Wording:
    """The messages of one language, and the values worded in it.

    Args:
        lang: The language.
    """

    def __init__(self, lang: Lang) -> None:
        self._messages = MESSAGES[lang]

    def __call__(self, key: str, **values: object) -> str:
        """A message, with its blanks filled."""
        return self._messages[key].format(**values) if values else self._messages[key]

    def count(self, key: str, number: int) -> str:
        """``KEY_one`` or ``KEY_many``."""
        return self(f"{key}_one") if number == 1 else self(f"{key}_many", count=number)

    def total(self, key: str, total: Total) -> str:
        """How many there are, exactly or at least."""
        counted = self.count(key, total.value)
        return counted if total.relation == "eq" else self("at_least", counted=counted)

    def seconds(self, milliseconds: float) -> str:
        """A duration."""
        return self("took", seconds=self.number(milliseconds / 1_000, places=2))

    def number(self, value: float, *, places: int = 3) -> str:
        """A number with its decimals."""
        return f"{value:.{places}f}".replace(".", self("decimal"))

    def percent(self, share: float) -> str:
        """A share of a whole, in whole percent."""
        small = 0.0 < share < UNDER_ONE_PERCENT
        return self("percent", value="<\u202f1" if small else f"{share:.0%}".rstrip("%"))

    def quoted(self, words: Sequence[str]) -> str:
        """Words in quotation marks."""
        return ", ".join(self("quoted", word=word) for word in words)

    def date(self, at: datetime) -> str:
        """A day, in Universal Time."""
        month = self("months").split()[at.month - 1]
        return self("date", day=at.day, month=month, year=at.year)

    def month(self, month: str | None) -> str:
        """A month, given as ``YYYY-MM``."""
        if month is None:
            return self("undated")
        year, number = month.split("-")
        return self("month", month=self("months").split()[int(number) - 1], year=year)

    def role(self, evidence: EvidenceItem) -> str:
        """A role, by the name that its source gives where Finder has none."""
        named_by_source = evidence.role is Role.CONTRIBUTOR and evidence.role_name != evidence.role
        return evidence.role_name if named_by_source else self(f"role_{evidence.role}")

    def title(self, record: RecordRef | RecordLink) -> str:
        """A record's title; one that has none goes by its kind and date."""
        kind = self(f"type_{record.type}")
        if record.title or not record.at:
            return record.title or kind
        return self("untitled", kind=kind, date=self.date(record.at))
