"""Members over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Request

from faultline.service.auth.access import NoStore, OriginOf, requires
from faultline.service.auth.credentials import origin_of_server
from faultline.service.auth.links import PATH
from faultline.service.auth.principal import Origin, Principal, Role, Scope
from faultline.service.members.schemas import (
    InvitationCreated,
    InvitationOut,
    InvitationPage,
    InvitationRequest,
    MemberOut,
    MemberPage,
    RoleRequest,
)
from faultline.service.members.service import Member, Members
from faultline.service.pages import DEFAULT_LIMIT, Cursor, Limit
from faultline.service.routing import PartsOf, router, service

routes = router("/v1/members", "members")

Reader = Annotated[Principal, requires(Scope.MEMBERS_READ)]
MembersAdmin = Annotated[Principal, requires(Scope.MEMBERS_WRITE)]
MembersOf = Annotated[Members, service(Members)]
From = Annotated[Origin, OriginOf]


@routes.get("")
async def list_members(
    _who: Reader, members: MembersOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> MemberPage:
    """List members, who joined last first."""
    found = await members.list(cursor=cursor, limit=limit)
    return MemberPage(items=[_member(each) for each in found.items], next_cursor=found.next_cursor)


@routes.post("", status_code=201, dependencies=[NoStore])
async def invite(
    wanted: InvitationRequest, who: MembersAdmin, members: MembersOf, request: Request, parts: PartsOf, origin: From
) -> InvitationCreated:
    """Invite somebody: they join by the link, or when they sign in with this address, within seven days."""
    made = await members.invite(wanted.email, wanted.role, by=who, origin=origin)
    link = f"{origin_of_server(request, parts.settings)}{PATH}?token={made.code}"
    shown = InvitationOut.model_validate(made.invitation).model_dump()
    return InvitationCreated(**shown, code=made.code, link=link)


@routes.get("/invitations")
async def list_invitations(
    _who: MembersAdmin, members: MembersOf, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> InvitationPage:
    """List invitations that wait, newest first."""
    found = await members.invitations(cursor=cursor, limit=limit)
    items = [InvitationOut.model_validate(row) for row in found.items]
    return InvitationPage(items=items, next_cursor=found.next_cursor)


@routes.delete("/invitations/{invitation_id}", status_code=204)
async def withdraw(invitation_id: UUID, who: MembersAdmin, members: MembersOf, origin: From) -> None:
    """Take an invitation back."""
    await members.withdraw(invitation_id, by=who, origin=origin)


@routes.get("/{member_id}")
async def get(member_id: UUID, _who: Reader, members: MembersOf) -> MemberOut:
    """Get a member."""
    return _member(await members.get(member_id))


@routes.patch("/{member_id}")
async def change_role(
    member_id: UUID, wanted: RoleRequest, who: MembersAdmin, members: MembersOf, origin: From
) -> MemberOut:
    """Give a member another role."""
    return _member(await members.change_role(member_id, wanted.role, by=who, origin=origin))


@routes.delete("/{member_id}", status_code=204)
async def remove(member_id: UUID, who: MembersAdmin, members: MembersOf, origin: From) -> None:
    """Remove a member, at once."""
    await members.remove(member_id, by=who, origin=origin)


def _member(member: Member) -> MemberOut:
    row, user = member.membership, member.user
    return MemberOut(
        id=row.id,
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=Role(row.role),
        created_at=row.created_at,
        last_seen_at=user.last_seen_at,
    )
