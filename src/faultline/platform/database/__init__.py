"""The database: tables' base, unit of work with a tenant's scope, dialects, pages, migrations."""

from faultline.platform.database.base import Base, Json, Keyed, TenantOwned, UtcDateTime, new_id
from faultline.platform.database.dialect import insert_into, inserting
from faultline.platform.database.pages import Page, page
from faultline.platform.database.scope import SYSTEM, Scope, System, Tenant
from faultline.platform.database.unit import Database, UnitOfWork, translating

__all__ = [
    "SYSTEM",
    "Base",
    "Database",
    "Json",
    "Keyed",
    "Page",
    "Scope",
    "System",
    "Tenant",
    "TenantOwned",
    "UnitOfWork",
    "UtcDateTime",
    "insert_into",
    "inserting",
    "new_id",
    "page",
    "translating",
]
