"""Uploads over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Header, Request, Response

from faultline.service.auth.access import requires
from faultline.service.auth.principal import Principal, Scope
from faultline.service.routing import router, service
from faultline.service.uploads.schemas import UploadOut, UploadRequest
from faultline.service.uploads.service import Uploads

routes = router("/v1/uploads", "uploads")

Reader = Annotated[Principal, requires(Scope.ANALYSES_READ)]
Writer = Annotated[Principal, requires(Scope.ANALYSES_WRITE)]
Beginner = Annotated[Principal, requires(Scope.ANALYSES_WRITE, limit="uploads")]
UploadsOf = Annotated[Uploads, service(Uploads)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=10**15, description="Where this part begins.")]
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@routes.post("", status_code=201)
async def begin(wanted: UploadRequest, who: Beginner, uploads: UploadsOf, response: Response) -> UploadOut:
    """Begin an upload."""
    upload = await uploads.begin(wanted, by=who)
    response.headers["Location"] = f"/v1/uploads/{upload.id}"
    return UploadOut.model_validate(upload)


@routes.get("/{upload_id}")
async def get(upload_id: UUID, _who: Reader, uploads: UploadsOf) -> UploadOut:
    """Get an upload; `received` is the offset to go on at."""
    return UploadOut.model_validate(await uploads.get(upload_id))


@routes.patch("/{upload_id}", openapi_extra=_BODY)
async def append(
    upload_id: UUID, request: Request, who: Writer, uploads: UploadsOf, upload_offset: Offset
) -> UploadOut:
    """Send the next part, 8 to 64 MB being a good size."""
    return UploadOut.model_validate(await uploads.append(upload_id, upload_offset, request, by=who))


@routes.post("/{upload_id}/complete")
async def complete(upload_id: UUID, who: Writer, uploads: UploadsOf) -> UploadOut:
    """Say that this was the last part; the SHA-256 of the whole is in the answer."""
    return UploadOut.model_validate(await uploads.complete(upload_id, by=who))


@routes.delete("/{upload_id}", status_code=204)
async def delete(upload_id: UUID, _who: Writer, uploads: UploadsOf) -> None:
    """Forget an upload."""
    await uploads.delete(upload_id)
