"""Tables of the store itself."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from datetime import datetime


class Installation(models.Model):
    """This installation: one row, made with the schema. Backups and the log carry its id."""

    id: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    is_only: "models.BooleanField[bool, bool]" = models.BooleanField(default=True, unique=True, editable=False)
    made_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Its name in the database."""

        db_table = "installation"
        constraints = [models.CheckConstraint(condition=models.Q(is_only=True), name="installation_is_only")]  # noqa: RUF012 - the form that Django reads

    def __str__(self) -> str:
        return str(self.id)
